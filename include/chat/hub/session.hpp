#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chat/base/rate_limit.hpp"
#include "chat/codec/format.hpp"
#include "chat/core/close.hpp"
#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "chat/hub/identity.hpp"
#include "chat/hub/mail.hpp"
#include "chat/hub/outbox.hpp"
#include "chat/hub/session_ref.hpp"

namespace chat {

class Shard;
class Transport;
struct LocalRoom;
struct SignalRSide;
struct SignalRUpload;

/// One connected client, whatever the transport: who it is, the rooms it is in, what it may do, what waits for it.
/// Thread: its shard, for life. Owner: its connection. Does no I/O.
class Session {
 public:
  /// Registers with the shard; the destructor leaves all rooms.
  Session(Shard& shard, Transport& transport, Format format);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// The client's address names a room to join. It is told of that by pushes, in one write with what is queued.
  void join(std::string room);
  /// One message of the client.
  void receive(std::string_view payload);
  /// Anything at all came from the client, pongs too.
  void heard(Instant now) { last_heard_ = now; }

  /// Queues a frame made for many. Over the budget ephemeral frames go first, then the client.
  void send(const SharedBytes& frame, bool ephemeral);
  void send(const RequestId& id, const Event& event);
  /// Says why, then ends the connection. Later calls do nothing.
  void close(CloseReason reason);
  bool is_closing() const { return state_ == State::closing; }
  /// Queues a frame of the transport's own, which is no message.
  void send_control(const SharedBytes& frame);

  // What only SignalR's clients have; see session_signalr.cpp.

  /// Before anything else: the token the connection was negotiated with, from which every node knows who it is.
  /// `resumable`: the client may go on over another socket.
  void negotiated(std::string token, bool resumable);
  /// Each message comes with its details.
  void want_details();
  bool speaks_signalr() const { return signalr_ != nullptr; }
  std::string_view token() const;
  /// Whether it is worth waiting for another socket when this one is gone.
  bool is_resumable() const;
  /// The socket is gone. Over the next one nothing is said before the client has told where it goes on.
  void detach();
  /// Every few seconds: a ping, or the end of a client that is silent.
  void attend(Instant now);

  void on_admitted(const to_shard::Admitted& mail);
  void on_replayed(const to_shard::Replayed& mail);
  void on_join_refused(const RequestId& id, const std::string& room, const Failure& failure);
  /// All that was queued has left: a replay goes on, if it is paid for.
  void on_drained();
  /// Once in a while: asks for a sign of life, or gives up on a client that gives none.
  void check_alive(Instant now);
  /// The client has said hello, or something else.
  bool is_greeted() const { return greeted_; }
  /// Its place in a room's list has changed.
  void moved(const LocalRoom& room, std::uint32_t index);

  SessionRef ref() const { return ref_; }
  Format format() const { return ref_.format; }
  std::string user_id() const;
  /// Whether this is somebody's session, given the bytes of the id.
  bool is_of(std::string_view user) const { return std::string_view(user_id_.data(), user_id_.size()) == user; }
  Outbox& outbox() { return outbox_; }
  Transport& transport() { return transport_; }

 private:
  friend class Shard;
  static constexpr std::uint32_t kNotYet = 0xffffffff;
  struct Membership {
    LocalRoom* room;
    std::uint32_t index = kNotYet;  // in the room's list; not yet: the join or the replay is under way
    bool joining = false;           // a join is under way: what concerns the room waits behind it
    bool admitted = false;          // a join has been answered
    bool replay_due = false;
    std::uint32_t replay = 0;  // which replay is under way: one of a join before the last is over
    Offset replay_after = 0;   // where the replay goes on when the outbox is empty
    bool is_member() const { return index != kNotYet; }
    std::string name() const;
  };

  void queue(const SharedBytes& frame, bool ephemeral);
  void put(SharedBytes frame, bool ephemeral);
  void send_counted(const SharedBytes& frame);
  bool is_over_budget(const SharedBytes& frame) const;
  bool make_room(const SharedBytes& frame);
  void close_slow();
  void say_goodbye(const CloseReason& reason);
  void handle(const RequestId& id, Command& command);
  void handle(const RequestId& id, Hello& hello);
  void handle(const RequestId& id, Join& join);
  void handle(const RequestId& id, Leave& leave);
  void handle(const RequestId& id, Send& send);
  void handle(const RequestId& id, ReadHistory& history);
  void handle(const RequestId& id, ListMembers& members);
  void handle(const RequestId& id, NotifyTyping& typing);
  void handle(const RequestId& id, AskNode& node);
  void handle(const RequestId& id, Failure& failure);
  void handle(const RequestId& id, Agree& agree);
  void handle(const RequestId& id, Disagree& disagree);
  void handle(const RequestId& id, OpenUpload& upload);
  void handle(const RequestId& id, UploadItem& item);
  void handle(const RequestId& id, EndUpload& end);
  void handle(const RequestId&, Cancel&) {}
  void handle(const RequestId& id, Acknowledge& acknowledge);
  void handle(const RequestId& id, Restart& restart);
  void handle(const RequestId& id, Goodbye& goodbye);
  void on_agreed();
  void receive_signalr(std::string_view bytes);
  bool take_hub_message(std::string_view message);
  bool is_ignored(const Command& command);
  SignalRUpload* find_upload(std::string_view stream);
  void finish_upload(SignalRUpload& upload);
  void fail_upload(SignalRUpload& upload, const Event& failure);
  void drop_upload(SignalRUpload& upload);
  void on_uploaded(const RequestId& part, const Event& event);

  void refuse(const RequestId& id, ErrorCode code, std::string message);
  /// Whether a person may be called so, in the form in which it is kept; if not, that is answered.
  bool normalize_name(const RequestId& id, std::string& name);
  /// True, and answered, if the connection has used up its messages.
  bool is_over_messages(const RequestId& id);
  /// True, and answered, if the connection, its person or its address cannot pay for a request.
  bool is_over(const RequestId& id, std::uint32_t price);
  Milliseconds charge(std::uint32_t price);
  void refuse_for(const RequestId& id, Milliseconds wait, std::string_view what);
  Payer payer() const;
  /// The membership, be its join still under way, or nullptr after having answered not_joined or bad_room.
  Membership* joined_room(const RequestId& id, const std::string& room);
  Membership* find(std::string_view room);
  void enter(Membership& membership);
  void step_out(Membership& membership);
  void leave(Membership& membership);
  void begin(const RequestId& id, Join join);
  void leave_room(const RequestId& id, const std::string& room);
  void say(to_hub::Send send);
  /// A client's requests about one room are served in their order, so behind a join they wait until it is answered.
  struct Held {
    RequestId id;
    std::string room;
    std::variant<Join, Leave, to_hub::Send> request;
  };
  void hold(Held held);
  std::optional<Held> take_held(std::string_view room);
  void release_held(const std::string& room);
  void welcome(const RequestId& id);
  void tell_rooms(const User& before);
  std::string session_id() const;
  User user() const;
  std::string sender() const;

  Shard& shard_;
  Transport& transport_;
  SessionRef ref_;
  bool greeted_ = false;
  bool identified_ = false;  // user_id_ comes from a secret of the client's
  enum class State : std::uint8_t {
    open,
    agreeing,  // SignalR: nothing may be said before the answer to the handshake
    counted,   // SignalR: messages are numbered and kept, see Resumption
    closing,
  };
  State state_ = State::open;
  bool replaying_ = false;  // some room's replay waits for the outbox
  bool dirty_ = false;      // stands in the shard's list of sessions to flush
  bool held_ = false;       // what there is to send leaves with what comes next: the answer to the first join
  Outbox outbox_;
  // Ids are kept as bytes and written out where they are needed: there are three for every client.
  std::array<char, 8> id_;                      // random
  PersonId user_id_{};                          // and who that is: nobody before the greeting
  std::optional<std::array<char, 11>> sender_;  // which of the person's producers, unless it is all of them
  std::string user_name_;
  boost::container::small_vector<Membership, 1> rooms_;
  std::uint32_t replays_ = 0;                   // begun so far
  std::unique_ptr<std::vector<Held>> waiting_;  // while joins are under way
  RateMeter messages_;
  RateMeter requests_;
  RateMeter mistakes_;
  RateMeter refusals_;
  Instant last_heard_;
  std::unique_ptr<SignalRSide> signalr_;
};

}  // namespace chat
