#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "chat/core/policy.hpp"
#include "chat/rooms/application.hpp"
#include "chat/rooms/mail.hpp"

namespace chat {

/// The joins and messages that wait for the application. A session's messages to one room are decided one after the
/// other, so that they keep their order. The application is not asked about the repetition of a stored message. A
/// message whose sender loses the right to send while it waits is refused. Pure state; thread: the loop of the rooms.
/// Owner: RoomMailbox. Bound: one join for each membership; kMaxMessages of a session in a room.
class Decisions {
 public:
  static constexpr std::size_t kMaxMessages = 64;

  struct Then {
    std::function<void(to_rooms::Join, std::optional<Rights> kept)> join;
    std::function<void(to_rooms::Join, Failure)> refuse_join;
    std::function<void(to_rooms::Join, Failure)> cancel_join;  // its session has left, and may be joining anew
    /// Gives the place of a message that is stored already. Errors: not_found, it is new; each other one is the answer
    /// to the client.
    std::function<void(const to_rooms::Send&, Completion<Ack>)> find;
    std::function<void(to_rooms::Send)> send;
    std::function<void(to_rooms::Send, Failure)> refuse_send;
    std::function<void(to_rooms::Send, Result<Ack>)> answer_send;
  };
  Decisions(Application& application, const Policy& policy, Then then)
      : application_(application), policy_(policy), then_(std::move(then)) {}
  Decisions(const Decisions&) = delete;
  Decisions& operator=(const Decisions&) = delete;

  /// Each returns true if it has taken the mail.
  bool take(to_rooms::Join& mail);
  /// A join that waits, or was refused here, is not known to the rooms: they need not hear that it is over. Messages of
  /// a session that was taken out of the room are refused.
  bool take(const to_rooms::Leave& mail);
  bool take(const to_rooms::Rename& mail);
  bool take(to_rooms::Send& mail);

 private:
  using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::string>;  // of a session, and a room
  struct Waiting {
    std::uint64_t number;
    std::optional<to_rooms::Join> join;  // none: it was refused
  };

  static Key key_of(const SessionRef& session, const std::string& room) {
    return {session.shard, session.slot, session.generation, room};
  }
  struct WaitingMessage {
    to_rooms::Send mail;
    std::string removed{};  // why the session was taken out of the room; empty: it was not
  };
  using Lane = std::deque<WaitingMessage>;

  void on_join_decided(const Key& key, std::uint64_t number, Result<std::optional<Rights>> verdict);
  void begin(const Key& key);
  void ask(const Key& key);
  void on_message_decided(const Key& key, Result<MessageDecision> decision);
  std::optional<Failure> objection(const WaitingMessage& message) const;
  /// Takes the first message out of its lane for `end`, then begins with the next one.
  template <class End>
  void finish(const Key& key, End end);

  Application& application_;
  const Policy& policy_;
  Then then_;
  std::uint64_t joins_ = 0;  // so far
  std::map<Key, Waiting> waiting_;
  std::map<Key, Lane> lanes_;
};

}  // namespace chat
