#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "apps/load/connection.hpp"
#include "apps/load/options.hpp"
#include "apps/load/protocol.hpp"
#include "apps/load/recent.hpp"
#include "apps/load/results.hpp"

namespace chat::load {

/// Nanoseconds of the steady clock.
std::int64_t now_ns();

/// What all clients of a run share.
struct Run {
  explicit Run(const Options& options);

  const Options& options;
  std::string id;                  // eight random characters
  std::vector<std::string> rooms;  // names, by number
  Checker checker;
  Results results;
  std::uint32_t gone = 0;        // clients whose connection ended or whose join was refused
  std::uint64_t unanswered = 0;  // sends without ack or error
  bool sending = false;
  std::int64_t measure_from = std::numeric_limits<std::int64_t>::max();
  std::int64_t measure_to = std::numeric_limits<std::int64_t>::max();

  Connection::ReadBuffer buffer;
  RecentFrames recent;
  std::string scratch;
};

/// A member of one room: connects, says hello, joins, sends when told, and hands every delivery to the checker.
class Client {
 public:
  /// Clients are numbered room by room. `sends` says whether this one ever will.
  void settle(std::uint32_t number, bool sends, const Options& options);
  void open(const Endpoint& to, int epoll, Run& run);
  void on_event(std::uint32_t events, Run& run);

  /// Sends one message that was due at `due`.
  void send(std::int64_t due, Run& run);
  /// Sends until the window is full.
  void fill_window(Run& run);

 private:
  enum class Phase : std::uint8_t { waiting, opening, joined, gone };
  struct Pending {
    std::uint64_t id;
    std::uint32_t n;
    std::int64_t sent;
  };

  void greet(Run& run);
  void on_text(std::string_view text, std::int64_t now, Run& run);
  void on_joined(const ServerObject& object, Run& run);
  void on_message(const RecentFrames::Frame& frame, std::int64_t now, Run& run);
  void on_ack(const ServerObject& object, std::int64_t now, Run& run);
  void on_error(const ServerObject& object, Run& run);
  bool take_pending(std::uint64_t id, Pending& taken);
  void queue_message(std::int64_t due, std::int64_t now, Run& run);
  void leave(Run& run);

  Connection connection_;
  std::uint32_t number_ = 0;
  std::uint32_t room_ = 0;
  std::uint32_t seat_ = 0;
  Phase phase_ = Phase::waiting;
  bool greeted_ = false;
  bool sends_ = false;
  std::string node_;
  std::string epoch_;
  std::uint64_t offset_ = 0;

  std::uint64_t next_id_ = 3;         // 1 was hello, 2 was join
  std::uint64_t first_valid_id_ = 0;  // errors about older ids are consequences of one already dealt with
  std::uint32_t next_n_ = 1;
  std::uint32_t refused_n_ = 0;  // highest number that was refused, perhaps after it had been stored
  std::uint64_t echoed_ = 0;     // own messages received
  std::uint64_t stored_ = 0;     // own messages acknowledged
  std::vector<Pending> pending_;
};

}  // namespace chat::load
