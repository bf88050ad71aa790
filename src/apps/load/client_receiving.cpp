// The client's deliveries in its room.
#include "apps/load/client.hpp"

namespace chat::load {
namespace {

void record_latency(const Stamp& stamp, std::uint32_t receiver, bool is_same_node, std::int64_t now, Run& run) {
  Results& results = run.results;
  const auto from_due = (now - stamp.due) / 1000;
  run.this_second.all.record(from_due);
  if (!run.disturbed[receiver] && !run.disturbed[stamp.sender]) run.this_second.undisturbed.record(from_due);
  if (!run.measured.contains(stamp.due)) return;
  (is_same_node ? results.from_due.same_node : results.from_due.cross_node).record(from_due);
  (is_same_node ? results.from_send.same_node : results.from_send.cross_node).record((now - stamp.sent) / 1000);
}

}  // namespace

void Client::on_joined(const ServerObject& object, std::int64_t now, Run& run) {
  if (phase_ != Phase::opening) return;
  phase_ = Phase::joined;
  backoff_.reset();
  connection_.free_memory();
  if (has_been_in_) return on_rejoined(object, now, run);
  has_been_in_ = true;
  cursor_.epoch = run.rooms[room_].epochs.number(object.epoch);
  cursor_.offset = object.offset;
  run.checker.joined(room_, seat_, object.offset);
  ++run.results.joined;
  if (node_ != 0) ++run.results.clients_by_node[run.nodes[node_]];
}

void Client::on_message(const RecentFrames::Frame& frame, std::int64_t now, Run& run) {
  const ServerObject& object = frame.object;
  Room& room = run.rooms[room_];
  Results& results = run.results;
  if (phase_ != Phase::joined || (!object.room.empty() && object.room != room.name)) {
    ++results.failures.misrouted;
    return;
  }
  if (object.epoch != room.epochs[cursor_.epoch]) {
    const bool is_first = room.epochs[cursor_.epoch].empty();  // the first message of a room begins its log
    cursor_.epoch = room.epochs.number(object.epoch);
    if (!is_first) ++results.failures.events["epoch changed"];
  }
  cursor_.offset = run.dialect.has_offsets() ? object.offset : cursor_.offset + 1;
  if (frame.stamp) {
    on_stamped(object, *frame.stamp, now, run);
  } else {
    ++results.foreign;
    if (run.dialect.has_offsets()) run.checker.delivered(room_, seat_, object.offset, nullptr);
  }
  look_whether_caught_up(now, run);
}

void Client::on_stamped(const ServerObject& object, const Stamp& stamp, std::int64_t now, Run& run) {
  const Options& options = run.options;
  if (stamp.sender / options.clients_per_room != room_ ||
      stamp.sender % options.clients_per_room >= options.senders()) {
    ++run.results.failures.misrouted;
    return;
  }
  const Checker::Author author{stamp.sender % options.clients_per_room, stamp.n};
  const bool is_new = run.dialect.has_offsets() ? run.checker.delivered(room_, seat_, object.offset, &author)
                                                : run.checker.delivered(room_, seat_, author);
  if (!is_new) return;
  ++run.results.total.delivered;
  if (stamp.sender == number_) {
    if (run.dialect.has_offsets()) {
      outbox_.echoed();
    } else if (const auto message = outbox_.echoed(stamp.n)) {
      on_answer(*message, now, run);
    }
  }
  record_latency(stamp, number_, object.node == run.nodes[node_], now, run);
}

/// The server reports that the log lost messages. The checker cannot check this room any more.
void Client::on_data_loss(const ServerObject& object, Run& run) {
  ++run.results.failures.events[std::string(object.type)];
  run.checker.abandon(room_);
  cursor_.epoch = run.rooms[room_].epochs.number(object.epoch);
  if (object.type == "rewound" && object.to < cursor_.offset) cursor_.offset = object.to;
}

}  // namespace chat::load
