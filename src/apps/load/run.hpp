#pragma once

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "apps/load/alarms.hpp"
#include "apps/load/check/checker.hpp"
#include "apps/load/check/results.hpp"
#include "apps/load/dialect/recent.hpp"
#include "apps/load/names.hpp"
#include "apps/load/net/connection.hpp"
#include "apps/load/options.hpp"

namespace chat::load {

/// Nanoseconds of the steady clock.
std::int64_t now_ns();
constexpr std::int64_t kMillisecond = 1'000'000;

struct Room {
  std::string name;
  Names epochs;
};

/// Counts at this moment.
struct Status {
  std::uint32_t gone = 0;        // clients that ended for good
  std::uint32_t away = 0;        // clients that had joined and will reconnect
  std::uint64_t unanswered = 0;  // messages without an answer
};

/// The measured part of the run, on the steady clock. It begins at `from` and ends before `to`.
struct Interval {
  std::int64_t from = std::numeric_limits<std::int64_t>::max();
  std::int64_t to = std::numeric_limits<std::int64_t>::max();

  bool contains(std::int64_t moment) const { return from <= moment && moment < to; }
};

/// Buffers that the clients use one after the other.
struct Buffers {
  Connection::ReadBuffer received;
  std::string text;   // of the message being sent
  std::string frame;  // around it
};

/// The state that all clients of a run share. It belongs to the worker's only thread.
struct Run {
  explicit Run(const Options& options);

  const Options& options;
  const Dialect& dialect;
  std::string id;  // eight random characters
  std::vector<Room> rooms;
  Names nodes;
  Checker checker;
  Results results;
  Second this_second;
  Status status;
  bool sending = false;
  std::int64_t started = 0;  // when the first message was due
  Interval measured;

  int epoll = -1;
  Alarms alarms;
  std::minstd_rand random;
  std::vector<bool> disturbed;  // by client number: the client has been away
  Buffers buffers;
  RecentFrames recent;
};

}  // namespace chat::load
