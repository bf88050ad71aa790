#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat/base/mailbox.hpp"
#include "chat/base/thread_check.hpp"
#include "chat/core/policy.hpp"
#include "chat/rooms/application.hpp"
#include "chat/rooms/mail.hpp"
#include "chat/rooms/moderation.hpp"
#include "chat/rooms/room_service.hpp"
#include "chat/rooms/shard_port.hpp"

namespace chat {

class Decisions;

/// Takes the requests of sessions from all shards, calls RoomService for each, and posts the answer to the shard of the
/// session. Thread: post() and is_congested() any; the rest on the loop of the rooms. Owner: Node; outlives every run
/// of the loop and of the shards. Bound: see Mailbox.
class RoomMailbox {
 public:
  RoomMailbox(boost::asio::io_context& loop, RoomService& rooms);
  ~RoomMailbox();

  /// Before RoomService::start(): answers for SessionRef::shard i go to the i-th.
  void attach(ShardPort& shard);
  /// Before RoomService::start(); without it orders of moderators are refused.
  void moderate_with(Moderation& moderation) { moderation_ = &moderation; }
  /// Before RoomService::start(); without it no request waits, and there are no methods to call. The policy decides on
  /// a message once more when the application has.
  void decide_with(Application& application, const Policy& policy);

  /// `bytes`: see Mailbox.
  void post(RoomMail mail, std::size_t bytes = 0) { mailbox_.post(std::move(mail), bytes); }
  /// The mailbox is full: sockets are not read until it is not.
  bool is_congested() const { return mailbox_.is_full(); }

 private:
  void handle(to_rooms::Join& mail);
  void handle(to_rooms::ContinueReplay& mail);
  void handle(to_rooms::Leave& mail);
  void handle(to_rooms::Rename& mail);
  void handle(to_rooms::Send& mail);
  void handle(to_rooms::ReadHistory& mail);
  void handle(to_rooms::ReadTrace& mail);
  void handle(const WrittenBatch& mail);
  void handle(to_rooms::ListMembers& mail);
  void handle(to_rooms::NotifyTyping& mail);
  void handle(to_rooms::Notify& mail);
  void handle(to_rooms::Moderate& mail);
  void handle(to_rooms::Call& mail);
  void join(to_rooms::Join mail, std::optional<Rights> kept);
  /// Takes the message out of the mail.
  void publish(to_rooms::Send& mail, const std::optional<Payer>& payer);
  void find(const to_rooms::Send& mail, Completion<Ack> done);
  void refuse(to_rooms::Send mail, Failure failure);
  void answer_send(SessionRef session, RequestId id, Result<Ack> ack);

  void answer(SessionRef session, RequestId id, Event event);
  template <class Value>
  Completion<Value> answer_to(SessionRef session, RequestId id);

  [[no_unique_address]] ThreadCheck thread_;
  RoomService& rooms_;
  Moderation* moderation_ = nullptr;
  Application* application_ = nullptr;
  std::unique_ptr<Decisions> decisions_;
  std::vector<ShardPort*> shards_;
  Mailbox<RoomMail> mailbox_;
};

}  // namespace chat
