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

constexpr std::uint64_t kOthers = 0, kAnew = 2;  // states of read_queue()

/// 0, which no entry has: it is no id.
std::uint64_t parse_id(std::string_view id) {
  std::uint64_t number = 0;
  const auto [after, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  return error == std::errc{} && after == id.data() + id.size() ? number : 0;
}

QueueEntry parse_entry(const Reply& reply, std::size_t row) {
  QueueEntry entry{std::to_string(reply.number(row, 0)), {}};
  const auto texts = reply.texts(row, 2);
  if (reply.is_null(row, 2) || texts.size() % 2 != 0) {
    entry.fault = ClusterQueue::too_large(reply.number(row, 1));
    return entry;
  }
  for (std::size_t i = 0; i + 1 < texts.size(); i += 2) entry.fields.emplace_back(texts[i], texts[i + 1]);
  return entry;
}

QueuePage parse_page(const Reply& reply, const std::string& after) {
  const bool is_anew = reply.number(0, 0) == kAnew;
  QueuePage page{is_anew, is_anew ? QueueReader::kOldest : after, {}};
  for (std::size_t row = 1; row < reply.rows(); ++row) page.entries.push_back(parse_entry(reply, row));
  if (!page.entries.empty()) page.after = page.entries.back().id;
  return page;
}

}  // namespace

PostgresQueue::PostgresQueue(PostgresBackplane& backplane)
    : backplane_(backplane),
      own_id_(random_hex(8)),
      readers_(backplane.loop(),
               [this](const QueueReader::Ask& ask, QueueReader::OnPage done) { read(ask, std::move(done)); }) {
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

void PostgresQueue::consume(std::string queue, QueueConsumer& consumer) { readers_.consume(queue, consumer); }

void PostgresQueue::read(const QueueReader::Ask& ask, QueueReader::OnPage on_page) {
  Params params;
  params.text(ask.queue)
      .text(own_id_)
      .number(static_cast<std::uint64_t>(ask.lease.count()))
      .number(parse_id(ask.after));
  params.number(ask.most_entries).number(kMaxBatchBytes).number(2 * kMaxFields).number(kMaxEntryBytes);
  backplane_.commands().send(
      statements::kReadQueue, std::move(params), [after = ask.after, on_page = std::move(on_page)](const Reply* reply) {
        const bool is_mine = !has_failed(reply) && reply->rows() > 0 && reply->number(0, 0) != kOthers;
        if (is_mine) return on_page(parse_page(*reply, after));
        if (reply != nullptr && reply->is_error()) (void)refused("queue", reply);  // logs why
        on_page(std::nullopt);
      });
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

void PostgresQueue::stop(const std::string& queue) { readers_.stop(queue); }

ReplyHandler PostgresQueue::expect_success(const std::string& queue) {
  return [this, queue](const Reply* reply) {
    if (!has_failed(reply)) return;
    (void)refused("queue", reply);  // logs why
    readers_.on_failed(queue);
  };
}

void PostgresQueue::on_available(bool is_available) { readers_.on_available(is_available); }
void PostgresQueue::on_stop() { readers_.abandon(); }

}  // namespace chat::postgres
