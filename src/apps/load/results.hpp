#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "apps/load/checker.hpp"
#include "apps/load/histogram.hpp"
#include "apps/load/processes.hpp"

namespace chat::load {

/// Phrases with how often each happened: reasons, codes, names.
using Tally = std::map<std::string, std::uint64_t, std::less<>>;

inline std::uint64_t total(const Tally& tally) {
  std::uint64_t sum = 0;
  for (const auto& [phrase, count] : tally) sum += count;
  return sum;
}

/// Deliveries on the node that took the message, and on all others.
struct Latency {
  Histogram same_node;
  Histogram cross_node;
};

/// One line of progress.
struct Second {
  double at = 0;  // seconds since the first message was due
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
  std::int64_t p50_us = 0;
  std::int64_t p99_us = 0;
};

/// Counters at one moment; two of them make an interval.
struct Mark {
  std::int64_t time_ns = 0;
  std::int64_t own_cpu_us = 0;
  std::uint64_t sent = 0;
  std::uint64_t got = 0;
  std::vector<Processes::Usage> processes;
};

/// Everything a run finds out.
struct Results {
  Tally clients_by_node;
  std::uint32_t joined = 0;
  std::uint64_t sent = 0;
  std::uint64_t sent_while_measuring = 0;
  std::uint64_t acked = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t duplicate_acks = 0;         // of messages sent once
  std::uint64_t stored_though_refused = 0;  // "unavailable" may mean that only the answer was lost
  std::uint64_t foreign = 0;                // messages in our rooms that are not of this run

  Latency from_due;
  Latency from_send;
  Histogram ack;
  Histogram send_delay;  // how late this program itself was
  Histogram this_second;
  std::vector<Second> seconds;

  Tally refused;                 // replies to send, by code
  Tally join_failures;           // replies to hello or join, by code and sentence
  Tally cut;                     // connections that ended, by reason
  Tally events;                  // rewound, reset, degraded …: what should not happen in a quiet cluster
  std::uint64_t misrouted = 0;   // deliveries of a room the client has not joined
  std::uint64_t unreadable = 0;  // frames that are no chat.v1 object

  Mark before, joined_all, measure_start, measure_end, after;
  bool interrupted = false;
};

}  // namespace chat::load
