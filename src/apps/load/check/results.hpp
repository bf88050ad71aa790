#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "apps/load/check/checker.hpp"
#include "apps/load/check/histogram.hpp"

namespace chat::load {

/// Counts of phrases: reasons, codes, names.
using Tally = std::map<std::string, std::uint64_t, std::less<>>;

inline std::uint64_t total(const Tally& tally) {
  std::uint64_t sum = 0;
  for (const auto& [phrase, count] : tally) sum += count;
  return sum;
}

/// The first and the last of some moments, in nanoseconds since the first message was due.
struct Span {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();

  void include(std::int64_t moment) { merge({moment, moment}); }
  void merge(const Span& other) {
    first = std::min(first, other.first);
    last = std::max(last, other.last);
  }
};

/// Latencies of deliveries on the node that took the message, and on all other nodes.
struct Latency {
  Histogram same_node;
  Histogram cross_node;

  Histogram all() const {
    Histogram histogram = same_node;
    histogram.merge(cross_node);
    return histogram;
  }
};

struct Counts {
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
};

/// A worker's counts in one second of the run.
struct Second {
  Counts so_far;
  std::uint64_t reconnects = 0;
  std::uint64_t away = 0;  // clients, at the end of the second
  std::uint64_t gone = 0;
  Histogram all;
  Histogram undisturbed;  // from and to clients that have not been away so far
  Histogram send_delay;   // how late this program itself was

  /// Calls `visit` with each part: of one Second, or with the same part of several.
  template <typename Visit, typename... Of>
  static void each_part(Visit&& visit, Of&... of) {
    visit(of.so_far.sent...), visit(of.so_far.delivered...);
    visit(of.reconnects...), visit(of.away...), visit(of.gone...);
    visit(of.all...), visit(of.undisturbed...), visit(of.send_delay...);
  }
};

/// Clients that were cut or told to reconnect, and the messages that they sent again.
struct Returns {
  std::uint64_t reconnects = 0;  // clients that joined again and caught up
  Span reconnected;              // when
  Histogram reconnect_time;      // from the cut until the client has caught up
  Tally disconnects;             // by reason, failed reconnects too
  std::uint64_t away_at_end = 0;
  std::uint64_t resent = 0;
  std::uint64_t resent_stored = 0;  // of these, the server had stored already
};

/// Answers, events and connections that a healthy cluster does not produce.
struct Failures {
  Tally refused;                            // replies to send, by code
  Tally join_failures;                      // replies to hello or join, by code and sentence
  Tally cut;                                // connections that ended for good, by reason
  Tally events;                             // rewound, reset, degraded …: a quiet cluster sends none
  std::uint64_t duplicate_acks = 0;         // of messages sent once
  std::uint64_t stored_though_refused = 0;  // after "unavailable", which may mean that only the answer was lost
  std::uint64_t misrouted = 0;              // deliveries of a room the client has not joined
  std::uint64_t unreadable = 0;             // frames
};

/// The checker's findings.
struct Checks {
  std::uint64_t expected = 0;  // deliveries
  std::uint64_t got = 0;
  std::uint64_t disagreements = 0;
  std::uint64_t abandoned_rooms = 0;
  Faults by_offset;
  Faults by_sender;

  Faults faults() const { return worst_of(by_offset, by_sender); }
};

/// All that a worker counts and measures in a run.
struct Results {
  Tally clients_by_node;
  std::uint64_t joined = 0;
  Counts total;
  Counts at_measure_start;
  Counts at_measure_end;
  std::uint64_t sent_while_measuring = 0;  // by due time
  std::uint64_t acked = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t foreign = 0;  // messages of other programs in these rooms

  Latency from_due;
  Latency from_send;
  Histogram ack;
  Histogram send_delay;  // how late this program itself was

  Returns returns;
  Failures failures;
  Checks checks;

  /// As Second::each_part().
  template <typename Visit, typename... Of>
  static void each_part(Visit&& visit, Of&... of) {
    visit(of.clients_by_node...), visit(of.joined...);
    visit(of.total.sent...), visit(of.total.delivered...);
    visit(of.at_measure_start.sent...), visit(of.at_measure_start.delivered...);
    visit(of.at_measure_end.sent...), visit(of.at_measure_end.delivered...);
    visit(of.sent_while_measuring...), visit(of.acked...), visit(of.unanswered...), visit(of.foreign...);
    visit(of.from_due.same_node...), visit(of.from_due.cross_node...);
    visit(of.from_send.same_node...), visit(of.from_send.cross_node...);
    visit(of.ack...), visit(of.send_delay...);
    each_return(visit, of.returns...);
    each_failure(visit, of.failures...);
    each_check(visit, of.checks...);
  }

 private:
  template <typename Visit, typename... Of>
  static void each_return(Visit& visit, Of&... of) {
    visit(of.reconnects...), visit(of.reconnected...), visit(of.reconnect_time...), visit(of.disconnects...);
    visit(of.away_at_end...), visit(of.resent...), visit(of.resent_stored...);
  }

  template <typename Visit, typename... Of>
  static void each_failure(Visit& visit, Of&... of) {
    visit(of.refused...), visit(of.join_failures...), visit(of.cut...), visit(of.events...);
    visit(of.duplicate_acks...), visit(of.stored_though_refused...), visit(of.misrouted...), visit(of.unreadable...);
  }

  template <typename Visit, typename... Of>
  static void each_check(Visit& visit, Of&... of) {
    visit(of.expected...), visit(of.got...), visit(of.disagreements...), visit(of.abandoned_rooms...);
    visit(of.by_offset.lost...), visit(of.by_offset.duplicates...), visit(of.by_offset.out_of_order...);
    visit(of.by_sender.lost...), visit(of.by_sender.duplicates...), visit(of.by_sender.out_of_order...);
  }
};

}  // namespace chat::load
