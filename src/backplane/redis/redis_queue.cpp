#include "backplane/redis/redis_queue.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"
#include "chat/base/digest.hpp"

namespace chat::redis {
namespace {

constexpr std::size_t kIdsInCall = 1000;  // Lua unpacks 8,000 at most

}  // namespace

RedisQueue::RedisQueue(boost::asio::io_context& loop, RedisBackplane& backplane)
    : loop_(loop), backplane_(backplane), own_id_(random_hex(8)) {
  backplane.follow(*this);
}

void RedisQueue::push(std::string queue, QueueFields fields, Completion<std::string> done) {
  if (!is_within_bounds(fields)) {
    boost::asio::post(loop_,
                      [done = std::move(done)] { done(Failure{ErrorCode::too_large, "the entry is too large"}); });
    return;
  }
  const std::string key = backplane_.keys().queue(queue);
  std::vector<std::string_view> command{"XADD", key, "*"};
  for (const auto& [name, value] : fields) command.insert(command.end(), {name, value});
  backplane_.commands().send(command, [done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || reply->type() != Reply::Type::text) return done(request_refused("queue", reply));
    done(std::string(reply->text()));
  });
}

void RedisQueue::consume(std::string queue, QueueConsumer& consumer) {
  auto reader = std::make_shared<QueueReader>(loop_, backplane_, own_id_, queue, consumer);
  reader->call_soon();
  readers_.insert_or_assign(std::move(queue), std::move(reader));
}

void RedisQueue::acknowledge(const std::string& queue, std::vector<std::string> ids) {
  for (std::size_t begin = 0; begin < ids.size(); begin += kIdsInCall) {
    const std::size_t end = std::min(ids.size(), begin + kIdsInCall);
    std::vector<std::string> arguments{"1", backplane_.keys().queue(queue)};
    for (std::size_t i = begin; i < end; ++i) arguments.push_back(std::move(ids[i]));
    backplane_.run_script(&Scripts::queue_done, std::move(arguments), expect_number(queue));
  }
}

void RedisQueue::bury(const std::string& queue, std::string id, std::string reason) {
  reason.resize(std::min(reason.size(), kMaxReasonBytes));
  backplane_.run_script(
      &Scripts::queue_bury,
      {"2", backplane_.keys().queue(queue), backplane_.keys().queue(dead_letters(queue)), std::move(id),
       std::move(reason), std::to_string(kMaxDead), std::to_string(kMaxFields), std::to_string(kMaxEntryBytes)},
      expect_number(queue));
}

void RedisQueue::stop(const std::string& queue) {
  const auto reader = readers_.find(queue);
  if (reader == readers_.end()) return;
  reader->second->stop();
  readers_.erase(reader);
}

ReplyHandler RedisQueue::expect_number(const std::string& queue) {
  return [this, queue](const Reply::Part* reply) {
    if (reply != nullptr && reply->type() == Reply::Type::integer) return;
    (void)request_refused("queue", reply);  // logs why
    const auto reader = readers_.find(queue);
    if (reader == readers_.end()) return;
    reader->second->lose();
    reader->second->call_soon(QueueReader::kRenew);
  };
}

void RedisQueue::on_available(bool is_available) {
  for (const auto& [queue, reader] : readers_) is_available ? reader->call_soon() : reader->lose();
}

void RedisQueue::on_stop() {
  for (const auto& [queue, reader] : readers_) reader->abandon();
  readers_.clear();
}

}  // namespace chat::redis
