#include "backplane/redis/history_reader.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "backplane/redis/checked.hpp"

namespace chat::redis {
namespace {

/// "0-<offset>", with the body as the value of the only field.
std::optional<Message> parse_entry(const Reply::Part& entry) {
  const auto id = entry.first(), fields = id.next();
  const auto offset = parse_entry_id(id.text());
  if (!offset || *offset == 0 || fields.size() != 2) return std::nullopt;
  return Message{*offset, decode_body(fields.first().next().text())};
}

std::vector<Message> parse_entries(const Reply::Part& entries, std::string_view room) {
  std::vector<Message> messages;
  messages.reserve(entries.size());
  auto entry = entries.first();
  for (std::size_t i = 0; i < entries.size(); ++i, entry = entry.next()) {
    if (auto message = parse_entry(entry)) {
      messages.push_back(std::move(*message));
    } else {
      log_junk(JunkIn::key, "log_entry", room);
    }
  }
  return messages;
}

}  // namespace

void HistoryReader::read(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) {
  thread_.in();
  if (under_way_ < kAtOnce) return begin({std::move(room), query, std::move(done)});
  if (waiting_.size() < kMaxWaiting) return waiting_.push_back({std::move(room), query, std::move(done)});
  boost::asio::post(
      loop_, [done = std::move(done)] { done(Failure{ErrorCode::busy, "too many pages of history are being read"}); });
}

void HistoryReader::begin(Read read) {
  ++under_way_;
  const auto& query = read.query;
  const std::string log = keys_.room(read.room, kLog), limit = std::to_string(query.limit);
  const std::string low = "0-" + std::to_string(query.after + 1);
  const std::string high = "0-" + std::to_string(query.before == 0 ? 0 : query.before - 1);
  const auto [command, start, end] =
      query.newest ? std::tuple("XREVRANGE", high, low) : std::tuple("XRANGE", low, high);
  commands_.send({command, log, start, end, "COUNT", limit},
                 [this, read = std::move(read)](const Reply::Part* reply) { on_reply(read, reply); });
}

/// The next begins in a turn of its own: where the link is down each would fail inside the one before.
void HistoryReader::on_reply(const Read& read, const Reply::Part* reply) {
  boost::asio::post(loop_, [this] {
    --under_way_;
    if (waiting_.empty()) return;
    Read next = std::move(waiting_.front());
    waiting_.pop_front();
    begin(std::move(next));
  });
  if (reply == nullptr || !reply->is_array()) return read.done(refused("history", reply));
  auto messages = parse_entries(*reply, read.room);
  if (read.query.newest) std::reverse(messages.begin(), messages.end());
  read.done(std::move(messages));
}

}  // namespace chat::redis
