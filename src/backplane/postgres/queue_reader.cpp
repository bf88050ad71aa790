#include "backplane/postgres/queue_reader.hpp"

#include <utility>
#include <vector>

#include "backplane/postgres/statements.hpp"
#include "chat/base/log.hpp"

namespace chat::postgres {
namespace {

constexpr std::uint64_t kOthers = 0, kAnew = 2;  // states of read_queue()

QueueEntry parse_entry(const Reply& reply, std::size_t row) {
  QueueEntry entry{std::to_string(reply.number(row, 0)), {}};
  const auto texts = reply.texts(row, 2);
  if (reply.is_null(row, 2) || texts.size() % 2 != 0) {
    entry.fault = "an entry may have " + std::to_string(ClusterQueue::kMaxFields) + " fields and " +
                  std::to_string(ClusterQueue::kMaxEntryBytes) + " bytes, this one has more: it has " +
                  std::to_string(reply.number(row, 1)) + " bytes";
    return entry;
  }
  for (std::size_t i = 0; i + 1 < texts.size(); i += 2) entry.fields.emplace_back(texts[i], texts[i + 1]);
  return entry;
}

}  // namespace

QueueReader::QueueReader(PostgresBackplane& backplane, std::string own_id, std::string queue, QueueConsumer& consumer)
    : backplane_(backplane),
      own_id_(std::move(own_id)),
      queue_(std::move(queue)),
      consumer_(&consumer),
      timer_(backplane.loop()) {}

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

Params QueueReader::params(Milliseconds lease, std::size_t most_entries) const {
  Params params;
  params.text(queue_).text(own_id_).number(static_cast<std::uint64_t>(lease.count())).number(after_);
  params.number(most_entries).number(ClusterQueue::kMaxBatchBytes);
  return params.number(2 * ClusterQueue::kMaxFields).number(ClusterQueue::kMaxEntryBytes);
}

void QueueReader::call() {
  if (consumer_ == nullptr || std::exchange(is_calling_, true)) return;
  backplane_.commands().send(statements::kReadQueue, params(kLease, is_busy_ ? 0 : ClusterQueue::kMaxBatchEntries),
                             [self = shared_from_this(), turn = turn_](const Reply* reply) {
                               self->is_calling_ = false;
                               if (self->consumer_ == nullptr) return;
                               // Lost meanwhile: the reply continues what this node does not have any more.
                               if (turn != self->turn_) return self->call_soon();
                               const bool is_mine = !has_failed(reply) && reply->number(0, 0) != kOthers;
                               if (is_mine) return self->take(*reply);
                               if (reply != nullptr && reply->is_error()) (void)refused("queue", reply);  // logs why
                               self->lose();
                               self->call_soon(kRenew);
                             });
}

void QueueReader::take(const Reply& reply) {
  const bool is_anew = reply.number(0, 0) == kAnew;
  if (is_anew && is_consumer_) lose();
  if (is_anew) log_info("queue_consumer", {{"queue", queue_}});
  is_consumer_ = true;
  std::vector<QueueEntry> entries;
  for (std::size_t row = 1; row < reply.rows(); ++row) {
    entries.push_back(parse_entry(reply, row));
    after_ = reply.number(row, 0);
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
  after_ = 0;
  is_busy_ = false;
  ++turn_;
  if (std::exchange(is_consumer_, false) && consumer_ != nullptr) consumer_->on_lost();
}

void QueueReader::stop() {
  abandon();
  backplane_.commands().send(statements::kReadQueue, params(Milliseconds{0}, 0), {});
}

void QueueReader::abandon() {
  consumer_ = nullptr;
  timer_.cancel();
}

}  // namespace chat::postgres
