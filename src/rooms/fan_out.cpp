#include "rooms/fan_out.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/base/metrics.hpp"
#include "chat/base/trace.hpp"
#include "rooms/batch.hpp"

namespace chat {
namespace {

Counter trimmed{"chat_resets_total{reason=\"trimmed\"}", "Logs that began anew for their members"};
Histogram delivery_lag{
    "chat_delivery_lag_seconds",
    "From a node's taking of a message until this node gives it to its shards; one batch in every 64",
    {1'000, 2'000, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000}};
constexpr std::uint32_t kMeasuredBatch = 64;  // to measure each would cost a message alone more than 1 %
constexpr UnixMs kLongestLag = 3'600'000;     // a stranger's entry in the log may say any time

}  // namespace

FanOut::FanOut(boost::asio::io_context& loop, RoomTable& rooms, HopCollector& hops, const Clock& clock)
    : rooms_(rooms), hops_(hops), clock_(clock), timer_(loop) {}

bool FanOut::is_congested() const {
  return std::any_of(shards_.begin(), shards_.end(), [](const ShardPort* shard) { return shard->is_congested(); });
}

void FanOut::touch(Room& room) {
  if (!std::exchange(room.delivery.is_touched, true)) touched_.push_back(room.name);
}

void FanOut::flush() {
  const Instant now = clock_.now();
  Instant next = Instant::max();
  std::erase_if(touched_, [&](const std::string& name) {
    Room* const room = rooms_.find(name);
    if (room == nullptr) return true;
    const bool due = room->delivery.pace.is_due(now, room->log.deliverable_bytes());
    if (due) {
      room->delivery.is_touched = false;
      publish(*room);
    } else {
      next = std::min(next, room->delivery.pace.due());
    }
    return due;
  });
  if (!touched_.empty()) flush_after(next - now);
}

void FanOut::flush_after(Instant::duration pause) {
  if (std::exchange(is_timer_set_, true)) return;
  timer_.expires_after(pause);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    is_timer_set_ = false;
    flush();
  });
}

void FanOut::publish(Room& room) {
  if (const auto first = room.log.take_trimmed()) {
    log_warn_rarely("history_trimmed", {{"room", room.name}, {"first", *first}});
    trimmed.add();
    tell_room(room, Reset{room.name, room.log.last().epoch, "trimmed"}, 1);
  }
  const std::size_t bytes = room.log.deliverable_bytes();
  const auto messages = room.log.take_deliverable();
  if (messages.empty()) return;
  if (batches_++ % kMeasuredBatch == 0) measure(messages.front());
  room.delivery.pace.left(clock_.now(), messages.size());
  if (is_traced(Hop::delivered)) {
    trace(Hop::delivered, {{"room", room.name}, {"first", messages.front().offset}, {"messages", messages.size()}});
  }
  const auto encode = [&](Format format) { return encode_batch(room, format, messages); };
  const Position last{room.log.last().epoch, messages.back().offset};
  const bool is_traced = room.log.take_traced();
  if (is_traced) [[unlikely]] {
    hops_.framed(room.name, last.epoch, messages, room.audience.shard_count(), clock_.unix_us());
  }
  post(room, {room.name, room.audience.in_each_format(encode), messages.size(), {}, false, is_traced, last}, bytes);
}

void FanOut::measure(const Message& oldest) {
  const UnixMs taken = time_of(oldest.body.view());
  if (taken == 0) return;
  const UnixUs now = clock_.unix_us();
  const UnixMs since = std::clamp(taken, now / 1000 - kLongestLag, now / 1000);
  delivery_lag.observe(static_cast<std::uint64_t>(now - since * 1000));
}

void FanOut::tell_room(const Room& room, const Event& event, std::size_t messages, std::string except_user) {
  const auto encode = [&](Format format) { return make_frame(format, {}, event); };
  to_shard::ToRoom mail{room.name, room.audience.in_each_format(encode), messages, std::move(except_user)};
  if (const auto* rewound = std::get_if<Rewound>(&event)) mail.last = rewound->top;
  post(room, mail, 0);
}

void FanOut::tell_watchers(const Room& room, const Event& event) {
  const auto encode = [&](Format format) { return make_frame(format, {}, event); };
  post(room, {room.name, room.audience.in_each_format(encode), 0, {}, true}, 0);
}

void FanOut::tell_all(const Event& event) {
  to_shard::ToAll mail;
  for (std::size_t format = 0; format < format_count(); ++format) {
    if (auto frame = make_frame(Format(format), {}, event)) mail.frames.add(Format(format), std::move(frame));
  }
  for (ShardPort* const shard : shards_) shard->post(mail);
}

void FanOut::post(const Room& room, const to_shard::ToRoom& mail, std::size_t bytes) {
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
    if (room.audience.is_on_shard(shard)) shards_[shard]->post(mail, bytes);
  }
}

}  // namespace chat
