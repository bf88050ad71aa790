#include "backplane/redis/queue_reader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"
#include "chat/base/log.hpp"

namespace chat::redis {
namespace {

constexpr const char* kOldest = "0";

/// "<milliseconds>-<number>".
bool is_entry_id(std::string_view id) {
  return !id.empty() && id.size() <= 41 && id.find_first_not_of("0123456789-") == std::string_view::npos;
}

QueueEntry parse_queue_entry(const Reply::Part& part) {
  const auto id = part.first(), fields = id.next();
  QueueEntry entry{std::string(id.text()), {}};
  if (!fields.is_array()) {
    entry.fault = "an entry may have " + std::to_string(ClusterQueue::kMaxFields) + " fields and " +
                  std::to_string(ClusterQueue::kMaxEntryBytes) + " bytes, this one has more: it has " +
                  std::to_string(fields.integer()) + " bytes";
    return entry;
  }
  auto name = fields.first();
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    const auto value = name.next();
    entry.fields.emplace_back(name.text(), value.text());
    name = value.next();
  }
  return entry;
}

}  // namespace

QueueReader::QueueReader(boost::asio::io_context& loop, RedisBackplane& backplane, std::string own_id,
                         std::string queue, QueueConsumer& consumer)
    : backplane_(backplane),
      own_id_(std::move(own_id)),
      queue_(std::move(queue)),
      consumer_(&consumer),
      timer_(loop),
      after_(kOldest) {}

void QueueReader::call_soon(Milliseconds pause) {
  if (consumer_ == nullptr) return;
  if (is_calling_) {
    is_due_again_ = true;
    return;
  }
  timer_.expires_after(pause);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (!error) self->call();
  });
}

std::vector<std::string> QueueReader::arguments(std::string lease_ms, std::size_t most_entries) const {
  return {"2",
          backplane_.keys().queue(queue_),
          backplane_.keys().queue_lease(queue_),
          own_id_,
          std::move(lease_ms),
          after_,
          std::to_string(most_entries),
          std::to_string(ClusterQueue::kMaxBatchBytes),
          std::to_string(ClusterQueue::kMaxFields),
          std::to_string(ClusterQueue::kMaxEntryBytes)};
}

void QueueReader::call() {
  if (consumer_ == nullptr || std::exchange(is_calling_, true)) return;
  backplane_.run_script(&Scripts::queue,
                        arguments(std::to_string(kLease.count()), is_busy_ ? 0 : ClusterQueue::kMaxBatchEntries),
                        [self = shared_from_this(), turn = turn_](const Reply::Part* reply) {
                          self->is_calling_ = false;
                          if (self->consumer_ == nullptr) return;
                          // Lost meanwhile: the reply continues what this node does not have any more.
                          turn == self->turn_ ? self->on_reply(reply) : self->call_soon();
                        });
}

void QueueReader::on_reply(const Reply::Part* reply) {
  const bool is_mine = reply != nullptr && reply->size() >= 2;
  if (!is_mine) {
    if (reply != nullptr && reply->is_error()) (void)request_refused("queue", reply);  // logs why
    lose();
    return call_soon(kRenew);
  }
  take(*reply);
}

void QueueReader::take(const Reply::Part& reply) {
  const auto state = reply.first(), after = state.next();
  const bool is_anew = state.integer() == 2;
  if (is_anew && is_consumer_) lose();
  if (is_anew) log_info("queue_consumer", {{"queue", queue_}});
  is_consumer_ = true;
  after_ = after.text() == ">" || is_entry_id(after.text()) ? std::string(after.text()) : kOldest;
  std::vector<QueueEntry> entries;
  auto part = after;
  for (std::size_t i = 2; i < reply.size(); ++i) {
    part = part.next();
    if (auto entry = parse_queue_entry(part); is_entry_id(entry.id)) {
      entries.push_back(std::move(entry));
    } else {
      log_junk(JunkIn::key, "queue_entry", queue_);
    }
  }
  const bool is_due = std::exchange(is_due_again_, false);
  if (entries.empty()) return call_soon(is_busy_ ? kRenew : is_due || is_anew ? Milliseconds{0} : kIdle);
  is_busy_ = true;
  call_soon(kRenew);
  consumer_->on_entries(std::move(entries), [self = shared_from_this(), turn = ++turn_] { self->want_more(turn); });
}

void QueueReader::want_more(std::uint64_t turn) {
  if (turn != turn_ || !is_busy_) return;
  is_busy_ = false;
  call_soon();
}

void QueueReader::lose() {
  after_ = kOldest;
  is_busy_ = false;
  ++turn_;
  if (std::exchange(is_consumer_, false) && consumer_ != nullptr) consumer_->on_lost();
}

void QueueReader::stop() {
  abandon();
  backplane_.run_script(&Scripts::queue, arguments("0", 0), [](const Reply::Part*) {});
}

void QueueReader::abandon() {
  consumer_ = nullptr;
  timer_.cancel();
}

}  // namespace chat::redis
