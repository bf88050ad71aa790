#include "chat/api/inbox.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>
#include <utility>

#include "api/inbox_entry.hpp"
#include "chat/base/log.hpp"
#include "chat/base/metrics.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

constexpr Milliseconds kRetry{250};
constexpr Milliseconds kRetryWhenFull{1000};
constexpr Seconds kLong{60};  // a room that takes nothing for so long may not stop the others

Counter taken{"chat_inbox_entries_total", "Entries of the inbox that this node has stored as messages"};
Counter buried{"chat_inbox_buried_total", "Wrong entries of the inbox that this node has moved to the dead letters"};

}  // namespace

Inbox::Inbox(boost::asio::io_context& loop, ClusterServices& services, const Policy& policy, const Clock& clock,
             std::string node_id)
    : loop_(loop), services_(services), policy_(policy), clock_(clock), node_id_(std::move(node_id)), retry_(loop) {}

void Inbox::stop() {
  acknowledge();
  services_.queue().stop(kQueue);
  on_lost();
  retry_.cancel();
}

void Inbox::on_lost() {
  thread_.in();
  ++generation_;
  lanes_.clear();
  confirmed_.clear();
  in_hand_ = bytes_in_hand_ = 0;
  next_ = nullptr;
}

void Inbox::on_entries(std::vector<QueueEntry> entries, std::function<void()> next) {
  thread_.in();
  next_ = std::move(next);
  for (auto& entry : entries) take(std::move(entry));
  make_way();
  advance_all();
  ask_for_more();
}

void Inbox::take(QueueEntry entry) {
  auto message = read_inbox_entry(entry);
  if (!message) return bury(entry.id, message.error().message);
  std::string body = encode_body(
      {std::move(message->from), std::move(message->content), clock_.unix_ms(), node_id_, std::string(), 0});
  if (body.size() > limits::kStoredBytes) return bury(entry.id, "the message would take more than 17 KiB as JSON");
  ++in_hand_;
  bytes_in_hand_ += body.size();
  const RoomSettings& settings = *policy_.access({}, message->room).settings;
  Append append{message->room, {}, 0, std::move(body), settings.history_size, settings.history_age};
  append.idempotency_key = std::move(message->idempotency_key);
  lanes_[message->room].items.push_back({std::move(entry.id), std::move(append)});
}

void Inbox::bury(const std::string& entry, const std::string& reason) {
  buried.add();
  log_warn_rarely("inbox_entry_buried", {{"entry", entry}, {"why", reason}});
  services_.queue().bury(kQueue, entry, reason);
}

void Inbox::advance_all() {
  std::vector<std::string> rooms;
  for (const auto& [room, lane] : lanes_) {
    if (!lane.is_under_way) rooms.push_back(room);
  }
  for (const auto& room : rooms) advance(room);
}

void Inbox::advance(const std::string& room) {
  const auto found = lanes_.find(room);
  if (found == lanes_.end() || found->second.is_under_way) return;
  Lane& lane = found->second;
  if (clock_.now() < lane.not_before) return;
  lane.is_under_way = true;
  services_.backplane().takes_new_rooms() ? send(lane, room) : advance_if_known(room);
}

/// The last space of the store belongs to the rooms that it has.
void Inbox::advance_if_known(const std::string& room) {
  services_.backplane().top(room, [this, room, generation = generation_](const Result<Position>& top) {
    if (generation != generation_) return;
    Lane& lane = lanes_.find(room)->second;
    if (top && !top->epoch.empty()) return send(lane, room);
    lane.is_under_way = false;
    pause(lane, kRetryWhenFull);
  });
}

/// The store takes the messages of one turn and room in one step, in their order.
void Inbox::send(Lane& lane, const std::string& room) {
  const std::size_t count = std::min(lane.items.size(), lane.burst);
  const auto burst = std::make_shared<Burst>(Burst{std::vector<std::optional<Failure>>(count), count});
  for (std::size_t i = 0; i < count; ++i) {
    services_.backplane().append(lane.items[i].append,
                                 [this, room, burst, i, generation = generation_](const Result<Appended>& appended) {
                                   if (generation != generation_) return;
                                   if (!appended) burst->failures[i] = appended.error();
                                   if (--burst->unanswered == 0) settle(room, *burst);
                                 });
  }
}

/// Messages that failed stay, in order, in front of those that wait. One alone is tried after a failure.
void Inbox::settle(const std::string& room, const Burst& burst) {
  Lane& lane = lanes_.find(room)->second;
  lane.is_under_way = false;
  lane.burst = kMaxBurst;
  lane.refusal.clear();
  std::vector<Item> failed;
  for (const auto& failure : burst.failures) {
    Item item = std::move(lane.items.front());
    lane.items.pop_front();
    if (failure && is_temporary(failure->code)) {
      lane.burst = 1;
      pause(lane, std::max(kRetry, failure->retry_after));
      if (failure->code == ErrorCode::busy && failure->retry_after >= kLong) lane.refusal = failure->message;
      failed.push_back(std::move(item));
      continue;
    }
    --in_hand_;
    bytes_in_hand_ -= item.append.body.size();
    if (failure) {
      bury(item.entry, failure->message);
    } else {
      taken.add();
      acknowledge_soon(std::move(item.entry));
    }
  }
  lane.items.insert(lane.items.begin(), std::make_move_iterator(failed.begin()), std::make_move_iterator(failed.end()));
  if (lane.items.empty()) {
    lanes_.erase(room);
  } else {
    advance(room);
  }
  make_way();
  ask_for_more();
}

/// When half of the bound is used up.
void Inbox::make_way() {
  if (in_hand_ < kMaxInHand / 2 && bytes_in_hand_ < kMaxBytesInHand / 2) return;
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    const bool waits = !lane->second.is_under_way && !lane->second.refusal.empty();
    for (const auto& item : waits ? lane->second.items : std::deque<Item>()) {
      bury(item.entry, lane->second.refusal);
      --in_hand_;
      bytes_in_hand_ -= item.append.body.size();
    }
    lane = waits ? lanes_.erase(lane) : std::next(lane);
  }
}

void Inbox::pause(Lane& lane, Milliseconds time) {
  lane.not_before = clock_.now() + time;
  set_retry();
}

void Inbox::set_retry() {
  if (std::exchange(is_retry_set_, true)) return;
  retry_.expires_after(kRetry);
  retry_.async_wait([this](boost::system::error_code error) {
    is_retry_set_ = false;
    if (error) return;
    advance_all();
    const auto waits = [](const auto& lane) { return !lane.second.is_under_way; };
    if (std::any_of(lanes_.begin(), lanes_.end(), waits)) set_retry();
  });
}

/// All that are confirmed in a turn with one call.
void Inbox::acknowledge_soon(std::string entry) {
  confirmed_.push_back(std::move(entry));
  if (confirmed_.size() > 1) return;
  boost::asio::post(loop_, [this] { acknowledge(); });
}

void Inbox::acknowledge() {
  if (!confirmed_.empty()) services_.queue().acknowledge(kQueue, std::exchange(confirmed_, {}));
}

void Inbox::ask_for_more() {
  if (next_ && in_hand_ < kMaxInHand && bytes_in_hand_ < kMaxBytesInHand) std::exchange(next_, nullptr)();
}

}  // namespace chat
