#pragma once

#include <memory>
#include <string_view>

#include "chat/core/error.hpp"
#include "chat/core/principal.hpp"

namespace chat {

/// Turns a token into the identity that it shows. Thread: every shard's.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// Errors: unauthorized, with a sentence that has nothing of the token.
  virtual Result<std::shared_ptr<const Identity>> authenticate(std::string_view token) const = 0;
  /// Whether this node has accepted the token lately. Costs less than authenticate().
  virtual bool has_accepted(std::string_view) const { return false; }
};

}  // namespace chat
