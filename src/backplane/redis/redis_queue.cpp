#include "backplane/redis/redis_queue.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "backplane/junk.hpp"
#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"
#include "chat/base/digest.hpp"

namespace chat::redis {
namespace {

constexpr std::size_t kIdsInCall = 1000;  // Lua unpacks 8,000 at most
constexpr std::int64_t kAnew = 2;         // a state that lua/queue.lua returns

/// "<milliseconds>-<number>".
bool is_entry_id(std::string_view id) {
  return !id.empty() && id.size() <= 41 && id.find_first_not_of("0123456789-") == std::string_view::npos;
}

QueueEntry parse_entry(const Reply::Part& part) {
  const auto id = part.first(), fields = id.next();
  QueueEntry entry{std::string(id.text()), {}};
  if (!fields.is_array()) {
    entry.fault = ClusterQueue::too_large(static_cast<std::uint64_t>(fields.integer()));
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

QueuePage parse_page(const Reply::Part& reply, const std::string& queue) {
  const auto state = reply.first(), after = state.next();
  QueuePage page{state.integer() == kAnew, QueueReader::kOldest, {}};
  if (after.text() == ">" || is_entry_id(after.text())) page.after = after.text();
  auto part = after;
  for (std::size_t i = 2; i < reply.size(); ++i) {
    part = part.next();
    if (auto entry = parse_entry(part); is_entry_id(entry.id)) {
      page.entries.push_back(std::move(entry));
    } else {
      log_junk(JunkIn::key, "queue_entry", queue);
    }
  }
  return page;
}

}  // namespace

RedisQueue::RedisQueue(boost::asio::io_context& loop, RedisBackplane& backplane)
    : loop_(loop),
      backplane_(backplane),
      own_id_(random_hex(8)),
      readers_(loop, [this](const QueueReader::Ask& ask, QueueReader::OnPage done) { read(ask, std::move(done)); }) {
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

void RedisQueue::consume(std::string queue, QueueConsumer& consumer) { readers_.consume(queue, consumer); }

void RedisQueue::read(const QueueReader::Ask& ask, QueueReader::OnPage on_page) {
  backplane_.run_script(&Scripts::queue,
                        {"2", backplane_.keys().queue(ask.queue), backplane_.keys().queue_lease(ask.queue), own_id_,
                         std::to_string(ask.lease.count()), ask.after, std::to_string(ask.most_entries),
                         std::to_string(kMaxBatchBytes), std::to_string(kMaxFields), std::to_string(kMaxEntryBytes)},
                        [queue = ask.queue, on_page = std::move(on_page)](const Reply::Part* reply) {
                          if (reply != nullptr && reply->size() >= 2) return on_page(parse_page(*reply, queue));
                          if (reply != nullptr && reply->is_error()) (void)request_refused("queue", reply);  // logs why
                          on_page(std::nullopt);
                        });
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

void RedisQueue::stop(const std::string& queue) { readers_.stop(queue); }

ReplyHandler RedisQueue::expect_number(const std::string& queue) {
  return [this, queue](const Reply::Part* reply) {
    if (reply != nullptr && reply->type() == Reply::Type::integer) return;
    (void)request_refused("queue", reply);  // logs why
    readers_.on_failed(queue);
  };
}

void RedisQueue::on_available(bool is_available) { readers_.on_available(is_available); }
void RedisQueue::on_stop() { readers_.abandon(); }

}  // namespace chat::redis
