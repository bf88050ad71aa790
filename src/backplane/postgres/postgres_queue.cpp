#include "backplane/postgres/postgres_queue.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <charconv>
#include <limits>
#include <utility>

#include "backplane/postgres/statements.hpp"
#include "chat/base/digest.hpp"

namespace chat::postgres {
namespace {

/// 0, which no entry has: it is no id.
std::uint64_t parse_id(std::string_view id) {
  std::uint64_t number = 0;
  const auto [after, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  return error == std::errc{} && after == id.data() + id.size() ? number : 0;
}

}  // namespace

PostgresQueue::PostgresQueue(PostgresBackplane& backplane) : backplane_(backplane), own_id_(random_hex(8)) {
  backplane.follow(*this);
}

void PostgresQueue::push(std::string queue, QueueFields fields, Completion<std::string> done) {
  if (!is_within_bounds(fields)) {
    boost::asio::post(backplane_.loop(),
                      [done = std::move(done)] { done(Failure{ErrorCode::too_large, "the entry is too large"}); });
    return;
  }
  std::vector<std::string_view> texts;
  for (const auto& [name, value] : fields) texts.insert(texts.end(), {name, value});
  Params params;
  params.text(queue).byteas(texts).number(std::numeric_limits<std::int64_t>::max());
  backplane_.commands().send(statements::kPush, std::move(params), [done = std::move(done)](const Reply* reply) {
    if (has_failed(reply) || reply->number(0, 0) == 0) {
      return done(Failure{ErrorCode::unavailable, refused("queue", reply).message});
    }
    done(std::to_string(reply->number(0, 0)));
  });
}

void PostgresQueue::consume(std::string queue, QueueConsumer& consumer) {
  auto reader = std::make_shared<QueueReader>(backplane_, own_id_, queue, consumer);
  reader->call_soon();
  readers_.insert_or_assign(std::move(queue), std::move(reader));
}

void PostgresQueue::acknowledge(const std::string& queue, std::vector<std::string> ids) {
  std::vector<std::uint64_t> numbers;
  for (const auto& id : ids) numbers.push_back(parse_id(id));
  backplane_.commands().send(statements::kAcknowledge, std::move(Params().text(queue).numbers(numbers)),
                             expect_success(queue));
}

void PostgresQueue::bury(const std::string& queue, std::string id, std::string reason) {
  reason.resize(std::min(reason.size(), kMaxReasonBytes));
  Params params;
  params.text(queue).number(parse_id(id)).text(reason).text(dead_letters(queue)).number(kMaxDead);
  params.number(2 * kMaxFields).number(kMaxEntryBytes);
  backplane_.commands().send(statements::kBury, std::move(params), expect_success(queue));
}

void PostgresQueue::stop(const std::string& queue) {
  const auto reader = readers_.find(queue);
  if (reader == readers_.end()) return;
  reader->second->stop();
  readers_.erase(reader);
}

ReplyHandler PostgresQueue::expect_success(const std::string& queue) {
  return [this, queue](const Reply* reply) {
    if (!has_failed(reply)) return;
    (void)refused("queue", reply);  // logs why
    const auto reader = readers_.find(queue);
    if (reader == readers_.end()) return;
    reader->second->lose();
    reader->second->call_soon(QueueReader::kRenew);
  };
}

void PostgresQueue::on_available(bool is_available) {
  for (const auto& [queue, reader] : readers_) is_available ? reader->call_soon() : reader->lose();
}

void PostgresQueue::on_stop() {
  for (const auto& [queue, reader] : readers_) reader->abandon();
  readers_.clear();
}

}  // namespace chat::postgres
