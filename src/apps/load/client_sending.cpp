// The client's messages and the answers to them.
#include "apps/load/client.hpp"

namespace chat::load {

void Client::send(std::int64_t due, Run& run) {
  const bool is_in = phase_ == Phase::joined;
  if (!is_in && !(has_been_in_ && phase_ != Phase::gone)) return;
  outbox_.add(due);
  ++run.unanswered;
  ++run.results.total.sent;
  if (due >= run.measure_from) ++run.results.sent_while_measuring;
  if (!is_in) return;
  const auto late = (now_ns() - due) / 1000;
  run.this_second.send_delay.record(late);
  if (due >= run.measure_from) run.results.send_delay.record(late);
  transmit(run);
}

void Client::fill_window(Run& run) {
  if (phase_ != Phase::joined) return;
  const auto now = now_ns();
  bool is_more = false;
  for (; outbox_.has_room(run.options.window); is_more = true) {
    outbox_.add(now);
    ++run.unanswered;
    ++run.results.total.sent;
    if (now >= run.measure_from) ++run.results.sent_while_measuring;
  }
  if (is_more) transmit(run);
}

/// Sends every message that the outbox lets go now.
void Client::transmit(Run& run) {
  if (phase_ != Phase::joined) return;
  const auto now = now_ns();
  while (const auto message = outbox_.transmit(now)) {
    run.text.clear();
    append_stamp(run.text, run.id, {number_, message->n, message->due, now});
    run.text.append(run.options.payload_bytes - Stamp::kBytes, '.');
    run.frame.clear();
    run.dialect.write_send(run.frame, message->id, run.rooms[room_].name, message->n, run.text);
    connection_.queue_text(run.frame);
    if (!run.dialect.has_offsets()) run.checker.sent(room_, {seat_, message->n});
    if (message->is_repeated) ++run.results.resent;
  }
  flush(run);
}

void Client::on_ack(const ServerObject& object, std::int64_t now, Run& run) {
  const auto message = outbox_.acked(object.id);
  if (!message) {
    ++run.results.events["ack of nothing sent"];
    return;
  }
  if (object.duplicate) {
    Results& results = run.results;
    ++(message->is_repeated              ? results.resent_stored
       : outbox_.was_refused(message->n) ? results.stored_though_refused
                                         : results.duplicate_acks);
  }
  run.checker.acked(room_, {seat_, message->n}, object.offset);
  on_answer(*message, now, run);
  transmit(run);
}

void Client::on_answer(const Outbox::Message& message, std::int64_t now, Run& run) {
  --run.unanswered;
  ++run.results.acked;
  if (message.sent >= run.measure_from && message.sent < run.measure_to) {
    run.results.ack.record((now - message.sent) / 1000);
  }
}

}  // namespace chat::load
