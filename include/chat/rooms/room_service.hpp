#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/cluster_services.hpp"
#include "chat/rooms/hop_collector.hpp"
#include "chat/rooms/room_requests.hpp"
#include "chat/rooms/trace_sink.hpp"
#include "chat/rooms/usage_meters.hpp"

namespace chat {

struct Room;
class RoomWatch;
class ShardPort;

/// A room for operators.
struct RoomFigures {
  std::string room;
  std::size_t people = 0;      // over all nodes
  std::uint64_t messages = 0;  // since the last look, over all nodes
};

/// The rooms of a node. It follows each room that has members here, puts the messages from the backplane in order, and
/// posts them to the shards; sessions and other callers publish, read and join through it. A sender's own message, too,
/// reaches the members only when it comes back from the backplane.
/// Thread: its loop (that of shard 0), all methods. Owner: Node; outlives every run of the loop and of the shards.
/// Completions: called once, on the loop, perhaps before the method returns; not at all if the last member leaves the
/// room meanwhile. A completion may not call the service. Errors: not_joined (the room has no member on this node),
/// unavailable, busy, and those named below.
class RoomService final : public BackplaneSink {
 public:
  /// The session that asks, if any: its leave cancels a request that waits for the room to open.
  using Caller = std::optional<SessionRef>;

  RoomService(boost::asio::io_context& loop, ClusterServices& backends, NodeInstance instance,
              const UsageLimits& limits, const Clock& clock);
  ~RoomService() override;

  /// Before start(). Shard i is the i-th.
  void attach(ShardPort& shard);
  /// Before start().
  void watch(RoomWatch& watch);
  /// Before start(); without it no trace is kept.
  void trace_to(TraceSink& traces);
  void start();
  /// Gives up presence and the lease, so that the other nodes notice at once that this node is gone.
  void resign();

  /// Each join that is not `again` must be followed by one leave(), also if it fails.
  void join(JoinRequest request, Completion<JoinAnswer> done);
  void continue_replay(ReplayRequest request, Completion<ReplayPage> done);
  void leave(const SessionRef& session, const std::string& room, const User& user);
  /// The user of a session has another name, or is another user, from now on.
  void rename(const std::string& room, const User& before, const User& user);
  /// Errors: rate_limited, out_of_sequence. After unavailable the message may be stored all the same. Without a payer
  /// the message has been charged.
  void publish(Append append, const std::optional<Payer>& payer, Completion<Ack> done);
  /// The refusal of a message that is not paid; else it is charged.
  std::optional<Failure> charge(const Append& append, const Payer& payer);
  /// The place of a message that is stored already. Errors: not_found (it is new), out_of_sequence.
  void find(const Append& append, Completion<Ack> done);
  void history(const ReadHistory& request, Completion<Page> done, Caller caller = {});
  void members(const std::string& room, Completion<Members> done, Caller caller = {});
  /// The hops of a message of the room's present epoch.
  void read_trace(const ReadTrace& request, Completion<MessageTrace> done, Caller caller = {});
  /// A traced message of a client is stored.
  void on_taken(Intake intake, const Ack& ack);
  /// A shard has written traced messages.
  void on_written(const WrittenBatch& batch);
  /// Tells the members of the room on all nodes that the user is typing.
  void notify(const std::string& room, const User& user);
  /// The same with an event of another name; `data`: JSON.
  void tell(const std::string& room, std::string_view event, std::string_view data);

  /// Whether any shard of the store answers.
  bool is_available() const;
  std::size_t room_count() const;
  /// The rooms of this node with the most people, and those with the most messages since the last call: at most `most`
  /// of each, each room once. Costs a look at every room of this node.
  std::vector<RoomFigures> busiest_rooms(std::size_t most);

  void on_published(std::string_view room, std::string_view epoch, Offset first,
                    std::span<const std::string_view> bodies) override;
  void on_signal(std::string_view room, Signal kind, std::string_view payload) override;
  void on_broadcast(std::string_view payload) override;
  void on_batch_end() override;
  bool is_full() const override;
  void on_available(StoreShard shard, bool is_available) override;

 private:
  struct Parts;
  void tell_notice(const Room& room, std::string_view payload);
  void tell_typing(const Room& room, std::string_view payload);
  void tell_availability(StoreShard shard, bool is_available);
  void tell_occupied(const std::string& room);
  void check();
  std::unique_ptr<Parts> parts_;
};

}  // namespace chat
