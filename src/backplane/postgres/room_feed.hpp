#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backplane/postgres/link.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/hash.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::postgres {

/// Reads the new messages of the rooms that this node has subscribed to, when the doorbell names them: all rooms of a
/// turn in one query, one query at a time. Without a doorbell it compares tops, kLook rooms each second. Thread: the
/// backplane loop. Bound of a query: kRooms, kMessages of each and kAll of all.
class RoomFeed {
 public:
  static constexpr std::size_t kRooms = 64;
  static constexpr std::size_t kMessages = 200;
  static constexpr std::size_t kAll = 1000;
  static constexpr std::size_t kLook = 1000;
  static constexpr Milliseconds kLookEvery{1000};

  using ReadState = std::function<void(std::string room, Completion<LogState> done)>;
  RoomFeed(boost::asio::io_context& loop, Link& commands, ReadState read_state);

  void start(BackplaneSink& sink);
  void stop();
  /// Messages may have been missed: all rooms are looked at.
  void on_available();
  void subscribe(const std::string& room, Completion<LogState> done);
  void unsubscribe(std::string_view room);
  bool has(std::string_view room) const { return rooms_.contains(room); }
  /// " <room> <room> …"
  void on_ring(std::string_view rooms);

 private:
  struct Room {
    std::uint64_t number;   // of the subscription
    bool is_known = false;  // the place to go on from
    bool is_due = false;    // it stands in due_, or will when it is known
    Offset last = 0;
  };
  void ring(const std::string& name, Room& room);
  void fetch();
  void on_fetched(const std::vector<std::string>& asked, const Reply* reply);
  std::size_t deliver(const Reply& reply, std::size_t row);
  void look();

  [[no_unique_address]] ThreadCheck thread_;
  Link& commands_;
  const ReadState read_state_;
  BackplaneSink* sink_ = nullptr;
  boost::asio::steady_timer look_timer_, full_timer_;
  TextMap<Room> rooms_;
  std::uint64_t last_number_ = 0;
  std::vector<std::string> due_, to_look_at_;
  std::vector<std::string_view> bodies_;
  bool is_fetching_ = false;
};

}  // namespace chat::postgres
