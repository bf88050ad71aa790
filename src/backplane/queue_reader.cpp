#include "backplane/queue_reader.hpp"

#include <utility>

#include "chat/base/log.hpp"

namespace chat {

QueueReader::QueueReader(boost::asio::io_context& loop, std::string queue, QueueConsumer& consumer, Read read)
    : queue_(std::move(queue)), consumer_(&consumer), read_(std::move(read)), timer_(loop) {}

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

void QueueReader::call() {
  if (consumer_ == nullptr || std::exchange(is_calling_, true)) return;
  read_({queue_, kLease, after_, is_busy_ ? 0 : ClusterQueue::kMaxBatchEntries},
        [self = shared_from_this(), turn = turn_](std::optional<QueuePage> page) {
          self->is_calling_ = false;
          if (self->consumer_ == nullptr) return;
          // Lost meanwhile: the page continues what this node does not have any more.
          if (turn != self->turn_) return self->call_soon();
          if (page) return self->take(std::move(*page));
          self->lose();
          self->call_soon(kRenew);
        });
}

void QueueReader::take(QueuePage page) {
  if (page.is_anew && is_consumer_) lose();
  if (page.is_anew) log_info("queue_consumer", {{"queue", queue_}});
  is_consumer_ = true;
  after_ = std::move(page.after);
  const bool is_due = std::exchange(is_due_again_, false);
  if (page.entries.empty()) return call_soon(is_busy_ ? kRenew : is_due || page.is_anew ? Milliseconds{0} : kIdle);
  is_busy_ = true;
  call_soon(kRenew);
  consumer_->on_entries(std::move(page.entries),
                        [self = shared_from_this(), turn = ++turn_] { self->want_more(turn); });
}

void QueueReader::want_more(std::uint64_t turn) {
  if (turn != turn_ || !is_busy_) return;
  is_busy_ = false;
  call_soon();
}

void QueueReader::lose() {
  after_ = std::string(kOldest);
  is_busy_ = false;
  ++turn_;
  if (std::exchange(is_consumer_, false) && consumer_ != nullptr) consumer_->on_lost();
}

void QueueReader::stop() {
  abandon();
  read_({queue_, Milliseconds{0}, after_, 0}, [](const std::optional<QueuePage>&) {});
}

void QueueReader::abandon() {
  consumer_ = nullptr;
  timer_.cancel();
}

void QueueReaders::consume(const std::string& queue, QueueConsumer& consumer) {
  auto reader = std::make_shared<QueueReader>(loop_, queue, consumer, read_);
  reader->call_soon();
  readers_.insert_or_assign(queue, std::move(reader));
}

void QueueReaders::on_failed(const std::string& queue) {
  const auto reader = readers_.find(queue);
  if (reader == readers_.end()) return;
  reader->second->lose();
  reader->second->call_soon(QueueReader::kRenew);
}

void QueueReaders::stop(const std::string& queue) {
  const auto reader = readers_.find(queue);
  if (reader == readers_.end()) return;
  reader->second->stop();
  readers_.erase(reader);
}

void QueueReaders::on_available(bool is_available) {
  for (const auto& [queue, reader] : readers_) is_available ? reader->call_soon() : reader->lose();
}

void QueueReaders::abandon() {
  for (const auto& [queue, reader] : readers_) reader->abandon();
  readers_.clear();
}

}  // namespace chat
