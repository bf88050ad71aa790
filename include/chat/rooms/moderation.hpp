#pragma once

#include "chat/core/command.hpp"
#include "chat/core/error.hpp"
#include "chat/core/event.hpp"

namespace chat {

/// Carries out what moderators order, in the whole cluster. Thread: the loop of the rooms, for completions too.
class Moderation {
 public:
  virtual ~Moderation() = default;
  /// `by`: the public id of the moderator, whose right to do so has been checked. Errors: bad_request, unavailable.
  virtual void carry_out(const Moderate& order, const std::string& by, Completion<Moderated> done) = 0;
};

}  // namespace chat
