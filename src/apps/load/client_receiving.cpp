// The client's deliveries in its room.
#include "apps/load/client.hpp"

namespace chat::load {

void Client::on_joined(const ServerObject& object, std::int64_t now, Run& run) {
  if (phase_ != Phase::opening) return;
  phase_ = Phase::joined;
  backoff_.reset();
  connection_.free_memory();
  if (has_been_in_) return on_rejoined(object, now, run);
  has_been_in_ = true;
  epoch_ = run.rooms[room_].epochs.number(object.epoch);
  offset_ = object.offset;
  run.checker.joined(room_, seat_, object.offset);
  ++run.results.joined;
  if (node_ != 0) ++run.results.clients_by_node[run.nodes[node_]];
}

void Client::on_message(const RecentFrames::Frame& frame, std::int64_t now, Run& run) {
  const ServerObject& object = frame.object;
  Room& room = run.rooms[room_];
  Results& results = run.results;
  if (phase_ != Phase::joined || (!object.room.empty() && object.room != room.name)) {
    ++results.misrouted;
    return;
  }
  if (object.epoch != room.epochs[epoch_]) {
    const bool is_first = room.epochs[epoch_].empty();  // the first message of a room begins its log
    epoch_ = room.epochs.number(object.epoch);
    if (!is_first) ++results.events["epoch changed"];
  }
  offset_ = run.dialect.has_offsets() ? object.offset : offset_ + 1;
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
    ++run.results.misrouted;
    return;
  }
  if (!check(object, stamp, run)) return;
  ++run.results.total.delivered;
  if (stamp.sender == number_) {
    if (run.dialect.has_offsets()) {
      outbox_.echoed();
    } else if (const auto message = outbox_.echoed(stamp.n)) {
      on_answer(*message, now, run);
    }
  }
  time(object, stamp, now, run);
}

/// Returns false for a message seen before.
bool Client::check(const ServerObject& object, const Stamp& stamp, Run& run) {
  const Checker::Author author{stamp.sender % run.options.clients_per_room, stamp.n};
  if (!run.dialect.has_offsets()) return run.checker.delivered(room_, seat_, author);
  return run.checker.delivered(room_, seat_, object.offset, &author);
}

void Client::time(const ServerObject& object, const Stamp& stamp, std::int64_t now, Run& run) const {
  Results& results = run.results;
  const auto from_due = (now - stamp.due) / 1000;
  run.this_second.all.record(from_due);
  if (!run.disturbed[number_] && !run.disturbed[stamp.sender]) run.this_second.undisturbed.record(from_due);
  if (stamp.due < run.measure_from || stamp.due >= run.measure_to) return;
  const bool is_same_node = object.node == run.nodes[node_];
  (is_same_node ? results.from_due.same_node : results.from_due.cross_node).record(from_due);
  (is_same_node ? results.from_send.same_node : results.from_send.cross_node).record((now - stamp.sent) / 1000);
}

/// The server reports that the log lost messages. The checker cannot check this room any more.
void Client::on_data_loss(const ServerObject& object, Run& run) {
  ++run.results.events[std::string(object.type)];
  run.checker.abandon(room_);
  epoch_ = run.rooms[room_].epochs.number(object.epoch);
  if (object.type == "rewound" && object.to < offset_) offset_ = object.to;
}

}  // namespace chat::load
