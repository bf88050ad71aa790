// The client's disconnects and reconnects: the time, the next endpoint, and the messages missed meanwhile.
#include "apps/load/client.hpp"
#include "apps/load/dialect/json_cursor.hpp"

namespace chat::load {

void Client::wake_at(std::int64_t at, Run& run) {
  alarm_ = at;
  run.alarms.set(at, number_);
}

void Client::on_alarm(std::int64_t at, Run& run) {
  if (at != alarm_ || phase_ == Phase::gone) return;
  alarm_ = Alarms::kNever;
  if (phase_ != Phase::away) {
    connection_.leave("told to reconnect");
    go_away(connection_.reason(), run);
  }
  open(run);
}

void Client::on_closed(Run& run) {
  if (phase_ == Phase::away || phase_ == Phase::gone) return;
  if (run.options.reconnect && has_been_in_ && comes_back(connection_.close_code())) {
    go_away(connection_.reason(), run);
    come_back_later(connection_.retry_after_ms(), run);
  } else {
    ++run.results.failures.cut[connection_.reason()];
    leave_for_good(run);
  }
}

void Client::go_away(const std::string& reason, Run& run) {
  const bool was_in = phase_ == Phase::joined;
  phase_ = Phase::away;
  ++run.results.returns.disconnects[reason];
  // The first step depends on the client's number. Otherwise all clients of a node would move to the same neighbour.
  const auto endpoints = static_cast<std::uint32_t>(run.options.endpoints.size());
  const std::uint32_t step = was_in && endpoints > 1 ? 1 + number_ % (endpoints - 1) : 1;
  endpoint_ = (endpoint_ + step) % endpoints;
  if (!was_in) return;
  ++run.status.away;
  run.disturbed[number_] = true;
  if (recovery_.cut == 0) recovery_.cut = now_ns();
  const auto given_up = outbox_.interrupt();
  run.status.unanswered -= given_up;
  run.results.unanswered += given_up;
}

/// An alarm that the server's `reconnect` has set stays.
void Client::come_back_later(std::int64_t stay_away_ms, Run& run) {
  if (alarm_ != Alarms::kNever) return;
  wake_at(now_ns() + (stay_away_ms + backoff_.next_ms(run.random)) * kMillisecond, run);
}

void Client::on_rejoined(const ServerObject& object, std::int64_t now, Run& run) {
  --run.status.away;
  recovery_.missed_to = run.checker.top(room_);
  if (const auto epoch = run.rooms[room_].epochs.number(object.epoch); epoch != cursor_.epoch) {
    cursor_.epoch = epoch;
    ++run.results.failures.events["epoch changed"];
  }
  if (object.recovered) {
    const std::string missed(object.messages);  // reading them overwrites the frame that `object` points into
    JsonCursor cursor(missed);
    std::string_view message;
    for (bool is_more = cursor.take('[') && !cursor.take(']'); is_more; is_more = cursor.take(',')) {
      if (!cursor.take_value(message)) break;
      on_message(run.recent.read(room_, cursor_.offset + 1, message), now, run);
    }
  } else {
    cursor_.offset = object.offset;
  }
  look_whether_caught_up(now, run);
  transmit(run);
}

void Client::look_whether_caught_up(std::int64_t now, Run& run) {
  if (recovery_.cut == 0 || cursor_.offset < recovery_.missed_to) return;
  Results& results = run.results;
  results.returns.reconnect_time.record((now - recovery_.cut) / 1000);
  results.returns.reconnected.include(now - run.started);
  ++results.returns.reconnects;
  ++run.this_second.reconnects;
  recovery_.cut = 0;
}

}  // namespace chat::load
