#include "backplane/postgres/appender.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "backplane/append_outcome.hpp"
#include "backplane/postgres/statements.hpp"
#include "chat/base/mutant.hpp"

namespace chat::postgres {
namespace {

constexpr int kAttempts = 5;
constexpr std::int64_t kRoomIsHeld = 8;  // of the codes in sql/0002_append.sql

/// PostgreSQL has rolled the call back because of another transaction: it may simply be made again.
bool is_conflict(const Reply* reply) {
  return reply != nullptr && reply->is_error() && (reply->state() == "40P01" || reply->state() == "40001");
}

/// As sql/0002_append.sql reads them.
std::uint64_t terms_of(const Append& append) {
  if (!append.terms) return 1;
  return append.terms->only_repetition ? 2 : append.terms->may_create ? 1 : 0;
}

}  // namespace

Appender::Appender(boost::asio::io_context& loop, const PostgresUrl& url, Retention retention, AckLevel level,
                   std::function<void()> changed)
    : loop_(loop),
      retention_(retention),
      link_(loop, url, {"appends", false, {}, level},
            {[this] { changed_(); },
             [this] {
               fail_waiting();
               changed_();
             }}),
      changed_(std::move(changed)) {}

void Appender::enable_events(std::function<bool(std::string_view room)> wanted, std::size_t max_entries) {
  wanted_ = std::move(wanted);
  max_events_ = max_entries;
}

void Appender::append(Append append, bool after_gap, Completion<Appended> done) {
  thread_.in();
  if (queue_.is_full() || !link_.is_up()) {
    const Failure why = queue_.is_full() ? too_much_under_way() : unavailable();
    boost::asio::post(loop_, [done = std::move(done), why] { done(why); });
    return;
  }
  queue_.push({std::move(append), after_gap, std::move(done)});
  if (std::exchange(flush_posted_, true)) return;
  boost::asio::post(loop_, [this] {
    flush_posted_ = false;
    flush();
  });
}

void Appender::flush() {
  if (!is_up() || turn_under_way_ || queue_.is_empty()) return;
  turn_under_way_ = true;
  const auto turn = std::make_shared<Turn>();
  queue_.take([&](const std::string& room, Batch batch) { turn->emplace_back(room, std::move(batch)); });
  std::sort(turn->begin(), turn->end(), [](const auto& one, const auto& other) { return one.first < other.first; });
  send(turn, 1);
}

void Appender::send(std::shared_ptr<Turn> turn, int attempt) {
  const Instant begun = std::chrono::steady_clock::now();
  link_.send(statements::kAppend, params_of(*turn), [this, turn, attempt, begun](const Reply* reply) {
    if (is_conflict(reply) && attempt < kAttempts) return send(turn, attempt + 1);
    on_reply(*turn, reply);
    end_turn(begun);
  });
}

Params Appender::params_of(const Turn& turn) const {
  std::vector<std::string_view> rooms, senders, bodies, keys, budgets, persons;
  std::vector<std::uint64_t> counts, keeps, ages, tells, seqs, gaps, terms, intervals, bursts;
  bool has_terms = false, has_keys = false, has_gaps = false;
  for (const auto& [room, batch] : turn) {
    const Append& last = batch.back().append;
    rooms.push_back(room);
    counts.push_back(batch.size());
    keeps.push_back(last.history_size > 0 ? last.history_size : retention_.messages);
    ages.push_back(static_cast<std::uint64_t>(Milliseconds(last.history_age).count()));
    tells.push_back(wanted_ && wanted_(room) ? 1 : 0);
    for (const auto& entry : batch) {
      const Append& append = entry.append;
      has_terms = has_terms || append.terms;
      has_keys = has_keys || (!append.idempotency_key.empty() && !is_mutant("dedup-off"));
      senders.push_back(is_mutant("dedup-off") ? std::string_view() : std::string_view(append.sender));
      has_gaps = has_gaps || entry.after_gap;
      seqs.push_back(append.seq);
      gaps.push_back(entry.after_gap ? 1 : 0);
      bodies.push_back(append.body);
      keys.push_back(append.idempotency_key);
      budgets.push_back({reinterpret_cast<const char*>(&append.key_budget), 1});
      terms.push_back(terms_of(append));
      persons.push_back(append.terms ? std::string_view(append.terms->person) : std::string_view());
      intervals.push_back(append.terms ? static_cast<std::uint64_t>(append.terms->pace.interval.count()) : 0);
      bursts.push_back(append.terms ? append.terms->pace.burst : 0);
    }
  }
  if (!has_gaps) gaps.clear();
  if (!has_keys) keys.clear(), budgets.clear();
  if (!has_terms) terms.clear(), persons.clear(), intervals.clear(), bursts.clear();
  Params params;
  params.text(link_.life()).texts(rooms).numbers(counts).numbers(keeps).numbers(ages).numbers(tells);
  params.number(max_events_).byteas(senders).numbers(seqs).byteas(bodies).byteas(keys).texts(budgets);
  return params.numbers(gaps).numbers(terms).byteas(persons).numbers(intervals).numbers(bursts);
}

void Appender::on_reply(Turn& turn, const Reply* reply) {
  std::size_t messages = 0;
  for (const auto& [room, batch] : turn) messages += batch.size();
  const bool is_answer = !has_failed(reply) && reply->rows() == messages;
  if (!is_answer) (reply == nullptr ? count_unknown_appends : count_refused_appends)(messages);
  const Failure why = is_answer ? Failure{} : refused("append", reply);
  std::size_t row = 0;
  for (auto& [room, batch] : turn) {
    queue_.finish(batch);
    for (auto& entry : batch) {
      if (!is_answer) {
        entry.done(why);
        continue;
      }
      const auto code = static_cast<std::int64_t>(reply->number(row, 0));
      const Result<Appended> outcome =
          code == kRoomIsHeld
              ? unavailable("another transaction holds the room")
              : append_outcome(code, Epoch(reply->text(row, 3)), reply->number(row, 1), reply->number(row, 2));
      ++row;
      count_append(outcome);
      entry.done(outcome);
    }
  }
}

void Appender::end_turn(Instant begun) {
  observe_appends(begun, std::chrono::steady_clock::now());
  turn_under_way_ = false;
  flush();
}

/// The turn under way gets its outcome from the link.
void Appender::fail_waiting() {
  queue_.take([&](const std::string&, const Batch& batch) {
    queue_.finish(batch);
    for (const auto& entry : batch) entry.done(unavailable());
  });
}

}  // namespace chat::postgres
