#include "backplane/redis/appender.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>
#include <utility>

#include "backplane/append_outcome.hpp"
#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"
#include "chat/base/log.hpp"
#include "chat/base/mutant.hpp"

namespace chat::redis {
namespace {

namespace asio = boost::asio;

bool has_terms(const Append& append) { return append.terms != nullptr; }

/// As lua/append.lua reads them.
std::string terms_of(const AppendTerms& terms) {
  if (terms.only_repetition) return "=";
  return std::to_string(terms.pace.interval.count()) + ' ' + std::to_string(terms.pace.burst) + ' ' +
         (terms.may_create ? '1' : '0') + ' ' + terms.person;
}

bool is_keyed(const Append& append) { return !append.idempotency_key.empty() && !is_mutant("dedup-off"); }

}  // namespace

Appender::Appender(asio::io_context& loop, const RedisUrl& url, Retention retention, AckLevel level, const Clock& clock,
                   std::function<void()> changed)
    : loop_(loop),
      keys_(url),
      clock_(clock),
      link_(loop, url, url.program + "-appends",
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

void Appender::enable_events(std::string queue, std::function<bool(std::string_view room)> wanted,
                             std::size_t max_entries) {
  events_ = {std::move(queue), std::move(wanted), std::to_string(max_entries)};
}

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
    const Failure why = queue_.is_full() ? too_much_under_way() : unavailable("Redis does not answer");
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
  turn->begun = clock_.now();
  turn->time = std::to_string(clock_.unix_ms());
  turn->waits = acks_.is_needed();
  queue_.take([&](const std::string& room, Batch batch) { send(room, std::move(batch), turn); });
  if (!turn->waits) return;
  // A repetition waits like the first time: that it was stored once is no proof that it will stay.
  acks_.wait([this, turn](bool confirmed) {
    settle(*turn, confirmed);
    end_turn(*turn);
  });
}

/// One script call for all messages of a room in this turn.
void Appender::send(std::string room, Batch batch, const std::shared_ptr<Turn>& turn) {
  const Append& last = batch.back().append;
  const auto any = [&batch](bool (*is)(const Append&)) {
    return std::any_of(batch.begin(), batch.end(), [is](const auto& entry) { return is(entry.append); });
  };
  const bool with_terms = any(has_terms), with_keys = any(is_keyed);
  const bool are_events = events_.wanted && events_.wanted(room);
  std::vector<std::string> keys{keys_.room(room, kState), keys_.room(room, kLog), keys_.live_channel(room),
                                keys_.room(room, kEarlier)};
  if (last.history_age > Seconds{0}) keys.push_back(keys_.room(room, kAges));
  if (with_terms) keys.push_back(keys_.room(room, kPace));
  if (with_keys) keys.insert(keys.end(), {keys_.room(room, kKeysOfEvenDays), keys_.room(room, kKeysOfOddDays)});
  if (are_events) keys.push_back(events_.queue);

  std::vector<std::string> texts;
  texts.reserve(3 * batch.size() + 3);
  const auto text = [&texts](std::string made) -> std::string_view { return texts.emplace_back(std::move(made)); };
  std::vector<std::string_view> arguments{"EVALSHA", scripts_.append(), text(std::to_string(keys.size()))};
  arguments.reserve(9 + keys.size() + 4 * batch.size());
  arguments.insert(arguments.end(), keys.begin(), keys.end());
  arguments.insert(arguments.end(),
                   {last.history_size > 0 ? text(std::to_string(last.history_size)) : std::string_view(max_messages_),
                    idle_ms_, text(std::to_string(Milliseconds(last.history_age).count())), turn->time,
                    with_terms ? "4" : "3", are_events ? std::string_view(events_.max_entries) : std::string_view()});
  for (const auto& [append, after_gap, done] : batch) {
    if (is_keyed(append)) {
      arguments.insert(arguments.end(),
                       {{},
                        text('-' + std::to_string(1 + append.idempotency_key.size())),
                        text(static_cast<char>(append.key_budget) + append.idempotency_key + append.body)});
    } else {
      const std::string_view sender = is_mutant("dedup-off") ? std::string_view() : std::string_view(append.sender);
      arguments.insert(arguments.end(),
                       {sender, text((after_gap ? "-" : "") + std::to_string(append.seq)), append.body});
    }
    if (with_terms) arguments.push_back(has_terms(append) ? text(terms_of(*append.terms)) : std::string_view());
  }
  auto held = std::make_shared<Batch>(std::move(batch));  // std::function must be copyable
  ++turn->unanswered;
  link_.send(arguments, [this, room = std::move(room), held, turn](const Reply::Part* reply) {
    on_reply(room, *held, *turn, reply);
    --turn->unanswered;
    if (turn->waits) return;
    settle(*turn, true);
    if (turn->unanswered == 0) end_turn(*turn);
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
  if (reply == nullptr || reply->size() != 1 + 3 * batch.size() || !(is_epoch(epoch) || epoch.empty())) {
    return on_refused(room, batch, turn, reply);
  }
  if (std::exchange(refusing_, false)) log_info("appends_accepted", {{"room", room}});
  turn.outcomes.reserve(turn.outcomes.size() + batch.size());
  auto part = reply->first();
  for (auto& pending : batch) {
    const auto code = (part = part.next()).integer();
    const Offset offset = offset_of(part = part.next()).value_or(0);
    const std::uint64_t last = offset_of(part = part.next()).value_or(0);
    auto outcome = append_outcome(code, epoch, offset, last);
    count_append(outcome);
    turn.outcomes.emplace_back(std::move(pending.done), std::move(outcome));
  }
}

void Appender::on_refused(const std::string& room, Batch& batch, Turn& turn, const Reply::Part* reply) {
  if (reply != nullptr && !std::exchange(refusing_, true)) {
    log_warn("appends_refused", {{"room", room}, {"why", reply->is_error() ? reply->text() : "an unusable answer"}});
  }
  const auto why = refused("append", reply);
  (reply == nullptr ? count_unknown_appends : count_refused_appends)(batch.size());
  for (auto& pending : batch) turn.outcomes.emplace_back(std::move(pending.done), why);
  if (reply == nullptr || !reply->is_error()) return;
  if (const auto unusable = judge_error(reply->text())) link_.refuse(*unusable);
}

void Appender::end_turn(const Turn& turn) {
  observe_appends(turn.begun, clock_.now());
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
