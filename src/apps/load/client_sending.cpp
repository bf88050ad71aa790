// The client's messages and the answers to them.
#include "apps/load/client.hpp"

namespace chat::load {

void Client::send(std::int64_t due, Run& run) {
  const bool is_in = phase_ == Phase::joined;
  if (!is_in && !(has_been_in_ && phase_ != Phase::gone)) return;
  outbox_.add(due);
  ++run.status.unanswered;
  ++run.results.total.sent;
  if (due >= run.measured.from) ++run.results.sent_while_measuring;
  if (!is_in) return;
  const auto late = (now_ns() - due) / 1000;
  run.this_second.send_delay.record(late);
  if (due >= run.measured.from) run.results.send_delay.record(late);
  transmit(run);
}

void Client::fill_window(Run& run) {
  if (phase_ != Phase::joined) return;
  const auto now = now_ns();
  bool is_more = false;
  for (; outbox_.has_room(run.options.window); is_more = true) {
    outbox_.add(now);
    ++run.status.unanswered;
    ++run.results.total.sent;
    if (now >= run.measured.from) ++run.results.sent_while_measuring;
  }
  if (is_more) transmit(run);
}

/// Sends every message that the outbox lets go now.
void Client::transmit(Run& run) {
  if (phase_ != Phase::joined) return;
  const auto now = now_ns();
  while (const auto message = outbox_.transmit(now)) {
    run.buffers.text.clear();
    append_stamp(run.buffers.text, run.id, {number_, message->n, message->due, now});
    run.buffers.text.append(run.options.payload_bytes - Stamp::kBytes, '.');
    run.buffers.frame.clear();
    run.dialect.write_send(run.buffers.frame, message->id, run.rooms[room_].name, message->n, run.buffers.text);
    connection_.queue_text(run.buffers.frame);
    if (!run.dialect.has_offsets()) run.checker.sent(room_, {seat_, message->n});
    if (message->is_repeated) ++run.results.returns.resent;
  }
  flush(run);
}

void Client::on_ack(const ServerObject& object, std::int64_t now, Run& run) {
  const auto message = outbox_.acked(object.id);
  if (!message) {
    ++run.results.failures.events["ack of nothing sent"];
    return;
  }
  if (object.duplicate) {
    Results& results = run.results;
    ++(message->is_repeated              ? results.returns.resent_stored
       : outbox_.was_refused(message->n) ? results.failures.stored_though_refused
                                         : results.failures.duplicate_acks);
  }
  run.checker.acked(room_, {seat_, message->n}, object.offset);
  on_answer(*message, now, run);
  transmit(run);
}

void Client::on_answer(const Outbox::Message& message, std::int64_t now, Run& run) {
  --run.status.unanswered;
  ++run.results.acked;
  if (run.measured.contains(message.sent)) {
    run.results.ack.record((now - message.sent) / 1000);
  }
}

}  // namespace chat::load
