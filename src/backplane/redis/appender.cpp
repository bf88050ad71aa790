#include "backplane/redis/appender.hpp"

#include <boost/asio/post.hpp>
#include <iterator>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"
#include "chat/base/log.hpp"
#include "chat/base/mutant.hpp"

namespace chat::redis {
namespace {

namespace asio = boost::asio;

constexpr Milliseconds kRetryWhenBusy{200};
constexpr Milliseconds kRetryWhenCrowded{60'000};
constexpr const char* kTooManySenders = "too many new senders have come to this room in the last minutes";

}  // namespace

Appender::Appender(asio::io_context& loop, const RedisUrl& url, Retention retention, AckLevel level,
                   std::function<void()> changed)
    : loop_(loop),
      keys_(url),
      link_(loop, url, "chatd-appends",
            {[this] { on_up(); },
             [this] {
               scripts_.forget();
               fail_pending("Redis does not answer");
               changed_();
             },
             {},
             {},
             {}}),
      scripts_(link_, keys_),
      acks_(link_, level),
      changed_(std::move(changed)),
      max_messages_(std::to_string(retention.messages)),
      idle_ms_(std::to_string(std::chrono::duration_cast<Milliseconds>(retention.idle).count())) {}

void Appender::on_up() {
  acks_.check();
  scripts_.load([this] {
    changed_();
    flush();
  });
}

void Appender::append(Append append, bool after_gap, Completion<Appended> done) {
  thread_.in();
  if (queue_.is_full() || !link_.is_up()) {
    const Failure why = queue_.is_full() ? Failure{ErrorCode::busy, "too much is under way, try again", kRetryWhenBusy}
                                         : unavailable("Redis does not answer");
    asio::post(loop_, [done = std::move(done), why] { done(why); });
    return;
  }
  queue_.push({std::move(append), after_gap, std::move(done)});
  if (std::exchange(flush_posted_, true)) return;
  asio::post(loop_, [this] {
    flush_posted_ = false;
    flush();
  });
}

/// While scripts are being loaded everything waits, so that a sender's messages cannot overtake each other.
void Appender::flush() {
  if (!is_up() || turn_under_way_ || queue_.is_empty()) return;
  turn_under_way_ = true;
  const auto turn = std::make_shared<Turn>();
  turn->waits = acks_.is_needed();
  queue_.take([&](const std::string& room, Batch batch) { send(room, std::move(batch), turn); });
  if (!turn->waits) return;
  // A repetition waits like the first time: that it was stored once is no proof that it will stay.
  acks_.wait([this, turn](bool confirmed) {
    settle(*turn, confirmed);
    end_turn();
  });
}

/// One script call for all messages of a room in this turn.
void Appender::send(std::string room, Batch batch, const std::shared_ptr<Turn>& turn) {
  const std::string keys[] = {keys_.room(room, kMeta), keys_.room(room, kLog), keys_.live_channel(room),
                              keys_.room(room, kSendersA), keys_.room(room, kSendersB)};
  std::vector<std::string> numbers;
  numbers.reserve(batch.size());
  std::vector<std::string_view> arguments;
  arguments.reserve(5 + std::size(keys) + 3 * batch.size());
  arguments.insert(arguments.end(), {"EVALSHA", scripts_.append(), "5"});
  arguments.insert(arguments.end(), std::begin(keys), std::end(keys));
  const std::uint32_t history_size = batch.back().append.history_size;
  const std::string own_max = history_size > 0 ? std::to_string(history_size) : std::string();
  arguments.insert(arguments.end(),
                   {own_max.empty() ? std::string_view(max_messages_) : std::string_view(own_max), idle_ms_});
  for (const auto& [append, after_gap, done] : batch) {
    numbers.push_back((after_gap ? "-" : "") + std::to_string(append.seq));
    const std::string_view sender = is_mutant("dedup-off") ? std::string_view() : std::string_view(append.sender);
    arguments.insert(arguments.end(), {sender, numbers.back(), append.body});
  }
  auto held = std::make_shared<Batch>(std::move(batch));  // std::function must be copyable
  ++turn->unanswered;
  link_.send(arguments, [this, room = std::move(room), held, turn](const Reply::Part* reply) {
    on_reply(room, *held, *turn, reply);
    --turn->unanswered;
    if (turn->waits) return;
    settle(*turn, true);
    if (turn->unanswered == 0) end_turn();
  });
}

void Appender::on_reply(const std::string& room, Batch& batch, Turn& turn, const Reply::Part* reply) {
  if (reply != nullptr && Scripts::is_unknown(*reply)) {
    queue_.put_back(room, std::move(batch));
    if (scripts_.is_loaded()) on_up();
    return;
  }
  queue_.finish(batch);
  const Epoch epoch(reply == nullptr ? std::string_view() : reply->first().text());
  if (reply == nullptr || reply->size() != 1 + 3 * batch.size() || !is_epoch(epoch)) {
    return on_refused(room, batch, turn, reply);
  }
  if (std::exchange(refusing_, false)) log_info("appends_accepted", {{"room", room}});
  turn.outcomes.reserve(turn.outcomes.size() + batch.size());
  auto part = reply->first();
  for (auto& pending : batch) {
    const auto code = (part = part.next()).integer();
    const Offset offset = offset_of(part = part.next()).value_or(0);
    const std::uint64_t last = offset_of(part = part.next()).value_or(0);
    if (code == 3) {
      turn.outcomes.emplace_back(std::move(pending.done), Failure{ErrorCode::busy, kTooManySenders, kRetryWhenCrowded});
    } else if (code == 2) {
      const Failure gap{ErrorCode::out_of_sequence, "messages of this sender are missing before it", {}, last};
      turn.outcomes.emplace_back(std::move(pending.done), gap);
    } else {
      turn.outcomes.emplace_back(std::move(pending.done), Appended{{epoch, offset}, code == 1});
    }
  }
}

void Appender::on_refused(const std::string& room, Batch& batch, Turn& turn, const Reply::Part* reply) {
  if (reply != nullptr && !std::exchange(refusing_, true)) {
    log_warn("appends_refused", {{"room", room}, {"why", reply->is_error() ? reply->text() : "an unusable answer"}});
  }
  const auto why = refused("append", reply);
  for (auto& pending : batch) turn.outcomes.emplace_back(std::move(pending.done), why);
  if (reply == nullptr || !reply->is_error()) return;
  if (const auto unusable = judge_error(reply->text())) link_.refuse(*unusable);
}

void Appender::end_turn() {
  turn_under_way_ = false;
  flush();
}

void Appender::settle(Turn& turn, bool confirmed) {
  for (auto& [done, outcome] : std::exchange(turn.outcomes, {})) {
    if (outcome && !confirmed) {
      outcome = unavailable("stored, but not yet where it must be before it is acknowledged; send it again");
    }
    done(std::move(outcome));
  }
}

void Appender::fail_pending(std::string_view why) {
  queue_.take([&](const std::string&, const Batch& batch) {
    queue_.finish(batch);
    for (const auto& entry : batch) entry.done(unavailable(why));
  });
}

}  // namespace chat::redis
