#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/cluster_services.hpp"
#include "chat/base/hash.hpp"
#include "chat/base/mailbox.hpp"
#include "chat/rooms/journal.hpp"
#include "chat/rooms/known_senders.hpp"
#include "chat/rooms/mail.hpp"
#include "chat/rooms/own_people.hpp"
#include "chat/rooms/room_log.hpp"
#include "chat/rooms/usage_meters.hpp"

namespace chat {

struct HubRoom;
class ShardPort;

/// The node's half of every room: subscribes while there are members here, puts what the backplane delivers in order,
/// encodes it once for each format and hands it to the shards. Everything a member sees comes through here, what its
/// own node took included. Thread: its loop (that of shard 0), but for post(). Owner: Node; outlives the shards' runs.
class Hub final : public BackplaneSink {
 public:
  Hub(boost::asio::io_context& loop, ClusterServices& backends, NodeInstance instance, const UsageLimits& limits,
      const Clock& clock);
  ~Hub() override;

  /// Before start(): where answers go. Shard i is the i-th.
  void attach(ShardPort& shard) { shards_.push_back(&shard); }
  void start();
  /// Gives up presence and the lease, so that others see at once that this node is gone.
  void resign();

  /// From any thread. `bytes`: see Mailbox.
  void post(HubMail mail, std::size_t bytes = 0) { mailbox_.post(std::move(mail), bytes); }
  /// More has been asked than the hub has got to: sockets are not read until it has. From any thread.
  bool is_congested() const { return mailbox_.is_full(); }

  bool is_available() const { return available_; }
  std::size_t room_count() const { return rooms_.size(); }

  void on_published(std::string_view room, std::string_view epoch, Offset first,
                    std::span<const std::string_view> bodies) override;
  void on_signal(std::string_view room, Signal kind, std::string_view payload) override;
  void on_broadcast(std::string_view payload) override;
  void on_batch_end() override;
  bool is_full() const override;
  void on_available(Availability availability) override;

 private:
  using MessagesFound = std::function<void(HubRoom&, const Result<std::vector<Message>>&)>;

  void handle(to_hub::Join& mail);
  void handle(to_hub::ContinueReplay& mail);
  void handle(to_hub::Leave& mail);
  void handle(to_hub::Rename& mail);
  void handle(to_hub::Send& mail);
  void handle(to_hub::ReadHistory& mail);
  void handle(to_hub::ListMembers& mail);
  void handle(to_hub::NotifyTyping& mail);

  HubRoom* find(std::string_view room);
  HubRoom& enter(const std::string& room);
  void open(HubRoom& room);
  void on_opened(HubRoom& room);
  void fail_open(HubRoom& room, const Failure& failure);
  void close(HubRoom& room);
  void refuse(const HubRoom& room, const to_hub::Join& join, const Failure& failure);
  template <class Mail>
  void refuse(const HubRoom& room, const Mail& mail, const Failure& failure);
  template <class Mail>
  void serve_when_open(HubRoom* room, Mail& mail);
  void serve(const HubRoom& room, const to_hub::ListMembers& mail);
  void serve(HubRoom& room, const to_hub::ReadHistory& mail);
  void serve(HubRoom& room, to_hub::Join join);

  void ask_store(HubRoom& room, to_hub::Join join);
  void resume(HubRoom& room, to_hub::Join join, Standing standing);
  void begin_anew(HubRoom& room, to_hub::Join join, std::string_view reason);
  void answer_join(HubRoom& room, const to_hub::Join& join, std::vector<Event> before, bool recovered,
                   std::vector<Message> messages, Offset start);
  void read(HubRoom& room, HistoryQuery query, MessagesFound found, bool is_retry = false);
  bool join_published(HubRoom& room, const HistoryQuery& query, std::vector<Message>& messages);

  /// Why a message is not taken; nothing if it is, and is paid for.
  std::optional<Failure> refusal(const to_hub::Send& mail);
  Milliseconds charge(const to_hub::Send& mail, const HubRoom* room, bool is_first);
  static KnownSenders::Key key_of(const Append& append);
  void report_usage();
  void append(Append append, std::function<void(const std::string& room, const Result<Appended>&)> done);
  void restore_lost();

  void touch(HubRoom& room);
  static SharedBytes encode_batch(const HubRoom& room, Format format, const std::vector<Message>& messages);
  void publish_deliverable(HubRoom& room);
  void repair(HubRoom& room);
  void refill(HubRoom& room);
  void refill(HubRoom& room, const RoomLog::Asked& asked, Offset top);
  void reconcile(HubRoom& room);
  void reconcile(HubRoom& room, const RoomLog::Asked& asked, std::optional<Offset> forged);
  void audit(HubRoom& room);
  void follow(HubRoom& room, const RoomLog::Asked& asked, const LogState& state, std::optional<Offset> forged);
  void check_rooms();
  void check(HubRoom& room);
  void tell_room(HubRoom& room, const Event& event, std::size_t messages = 0, std::string except_user = {});

  void person_entered(HubRoom& room, const User& user);
  void person_left(HubRoom& room, const User& user);
  void presence_changed(HubRoom& room);
  void touch_presence(const std::string& room);
  void flush_presence_after(Milliseconds pause);
  void flush_presence(std::size_t most_rooms);
  void tell_presence(HubRoom& room);
  bool tell_others(const std::string& room, OwnPeople& people);
  void depart(HubRoom& room);
  void retry_presence();
  void load_presence(HubRoom& room);
  void resync_presence();
  bool knows_leases() const;
  void renew_lease();
  void renew_lease_after(Milliseconds pause);

  void answer(SessionRef who, RequestId id, Event event);

  /// Wraps a completion so that it runs only if the room still is what it was.
  template <class Value, class Action>
  Completion<Value> for_room(const HubRoom& room, Action action);

  boost::asio::io_context& loop_;
  ClusterServices& backends_;
  NodeInstance instance_;
  const Clock& clock_;
  std::vector<ShardPort*> shards_;
  Mailbox<HubMail> mailbox_;
  TextMap<std::unique_ptr<HubRoom>> rooms_;
  Journal journal_;
  std::set<std::string> unchecked_;   // rooms of which Redis may have lost something that is in the journal
  std::vector<std::string> touched_;  // rooms with something to publish at the end of the batch, or when due
  bool gathering_ = false;            // gather_timer_ runs
  boost::asio::steady_timer gather_timer_;
  std::vector<std::string> presence_changed_;  // rooms to look at when presence_timer_ fires
  std::vector<std::string> presence_due_;      // those of the last time that are still to be looked at
  std::set<std::string> presence_refused_;     // rooms with news that the store did not take
  TextMap<OwnPeople> departed_;                // of rooms that nobody here is in any more
  bool presence_storm_ = false;
  boost::asio::steady_timer presence_timer_;
  boost::asio::steady_timer lease_timer_;
  boost::asio::steady_timer check_timer_;
  UsageMeters usage_;
  KnownSenders known_senders_;
  bool reporting_ = false;  // report_timer_ runs
  boost::asio::steady_timer report_timer_;
  Instant leased_at_{};  // the renewal that was last taken was asked for then
  Instant available_since_{};
  Instant renewable_since_{};       // the store has taken renewals; see knows_leases()
  bool presence_doubtful_ = false;  // rosters are to be read again: the store did not say, or not of all nodes
  bool had_lease_ = false;
  std::size_t check_round_ = 0;
  std::vector<to_hub::ContinueReplay> stalled_replays_;
  std::uint64_t next_serial_ = 1;
  bool available_ = false;
  bool was_available_ = false;
  bool restarted_ = false;  // the store, and unchecked_ is about what that has cost
};

}  // namespace chat
