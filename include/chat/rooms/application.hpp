#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "chat/core/command.hpp"
#include "chat/core/error.hpp"
#include "chat/core/event.hpp"
#include "chat/core/message.hpp"
#include "chat/core/names.hpp"
#include "chat/core/rights.hpp"

namespace chat {

/// The session that asks.
struct Asker {
  std::string session{};  // id
  User user;
  std::uint64_t caller = 0;  // the user of a token, or the address of a guest, as a number
};

struct MessageQuestion {
  Asker asker;
  std::string room;
  Content content;
  /// Tells this message from every other one of the room, whichever node and connection it comes through; empty: the
  /// client has given it neither a seq nor an id.
  std::string mark{};
};

struct MessageDecision {
  std::optional<Content> content{};  // takes the place of the sender's; nullopt: the message is sent as it is
  /// To be done before the message is stored; empty: nothing. Errors: those of an append.
  std::function<void(Completion<bool>)> actions{};
};

/// The team's own program, which decides on requests of sessions and has methods of its own. Thread: the loop of the
/// rooms, for completions too; no completion is called before its method returns. Errors: forbidden, with the
/// application's words; unavailable and busy, if it cannot be asked.
class Application {
 public:
  virtual ~Application() = default;

  virtual bool decides_joins(std::string_view room) const = 0;
  /// Gives the rights that the session keeps of those that the rules give; nullopt: all.
  virtual void decide_join(const Asker& asker, const std::string& room, Completion<std::optional<Rights>> done) = 0;

  virtual bool decides_messages(std::string_view room) const = 0;
  virtual void decide_message(const MessageQuestion& question, Completion<MessageDecision> done) = 0;

  virtual void call(const Asker& asker, const Call& call, Completion<CallResult> done) = 0;
};

}  // namespace chat
