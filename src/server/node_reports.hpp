#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/rooms/room_service.hpp"
#include "chat/sessions/shard.hpp"

namespace chat {

/// The reports of this node to operators. Looks at each session and each room, at most once in kFresh, and only when
/// it is asked. Thread: the backplane loop, for the completions too. Owner: Node.
class NodeReports {
 public:
  static constexpr Milliseconds kFresh{900};
  static constexpr std::size_t kMaxRooms = 10;        // by people, and by messages
  static constexpr std::size_t kMaxLaggards = 10;     // the slowest
  static constexpr std::size_t kLagging = 64 * 1024;  // bytes that wait for a client
  static constexpr std::size_t kMaxFound = 50;

  struct Parts {
    boost::asio::io_context& loop;
    std::deque<Shard>& shards;
    RoomService& rooms;
    const Clock& clock;
    std::function<std::vector<std::string>()> faults;  // why it cannot serve clients
  };
  explicit NodeReports(Parts parts) : parts_(std::move(parts)) {}

  /// `done` takes an object, JSON: the figures, and the events behind the one with this number.
  void report(std::uint64_t events_after, std::function<void(std::string)> done);
  /// `done` takes a list of sessions, JSON; see ClusterOperations::find().
  void find(const std::string& text, std::function<void(std::string)> done);

 private:
  struct Asked {
    std::uint64_t events_after;
    std::function<void(std::string)> done;
  };
  struct ShardLook;
  void look();
  void on_looked(const std::vector<ShardLook>& looks);
  std::string with_events(std::uint64_t after) const;

  Parts parts_;
  std::string figures_;  // an object without its end
  std::optional<Instant> looked_at_;
  std::vector<Asked> asked_;  // wait for a look
};

}  // namespace chat
