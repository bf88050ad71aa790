#include "backplane/postgres/postgres_backplane.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <charconv>
#include <limits>
#include <utility>

#include "backplane/postgres/statements.hpp"
#include "chat/base/log.hpp"

namespace chat::postgres {
namespace {

constexpr Seconds kJournalEvery{1};  // of the journal
constexpr char kSignal = 's', kBroadcast = 'b', kRing = 'r';

/// "epoch:survived,epoch:survived", newest first; sql/0001_rooms.sql writes eight.
std::vector<EpochEnd> parse_ended(std::string_view text) {
  constexpr std::size_t kMaxEnded = 16;
  std::vector<EpochEnd> ended;
  while (!text.empty() && ended.size() < kMaxEnded) {
    const auto item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const auto epoch = item.substr(0, item.rfind(':'));
    const auto digits = item.substr(std::min(item.size(), epoch.size() + 1));
    Offset survived = 0;
    const auto [after, error] = std::from_chars(digits.data(), digits.data() + digits.size(), survived);
    const bool is_number = error == std::errc{} && after == digits.data() + digits.size() && survived <= kLastOffset;
    if (is_number && is_epoch(epoch)) ended.push_back({Epoch(epoch), survived});
  }
  return ended;
}

bool is_position(const Reply& reply) {
  return reply.rows() == 1 && is_epoch(reply.text(0, 0)) && reply.number(0, 1) <= kLastOffset;
}

}  // namespace

PostgresBackplane::PostgresBackplane(boost::asio::io_context& loop, const PostgresUrl& url, Retention retention,
                                     AckLevel level)
    : loop_(loop),
      schema_(url.schema),
      retention_(retention),
      commands_(loop, url, {"commands", true}, {[this] { on_commands_up(); }, [this] { update_availability(); }}),
      appender_(loop, url, retention, level, [this] { update_availability(); }),
      journal_({[this](Append append, bool after_gap, Completion<Appended> done) {
                  appender_.append(std::move(append), after_gap, std::move(done));
                },
                [this](const std::string& room, Completion<LogState> done) { read_state(room, std::move(done)); }},
               clock_),
      bell_(
          loop, url, commands_, [this] { update_availability(); },
          [this] {
            if (sink_ != nullptr) sink_->on_batch_end();
          }),
      feed_(loop, commands_, [this](std::string room, auto done) { state(std::move(room), std::move(done)); }),
      sweep_timer_(loop),
      journal_timer_(loop) {
  bell_.on(kRing, [this](std::string_view rooms, std::string_view) { feed_.on_ring(rooms); });
  bell_.on(kBroadcast, [this](std::string_view, std::string_view text) { sink_->on_broadcast(text); });
  bell_.on(kSignal, [this](std::string_view head, std::string_view text) {
    const char kind = head.empty() ? ' ' : head.front();
    if (kind != 't' && kind != 'p' && kind != 'n') return log_junk(JunkIn::publication, "signal", head);
    const auto room = head.substr(1);
    if (feed_.has(room)) sink_->on_signal(room, Signal{kind}, text);
  });
}

/// The other connections wait for the first one, which makes the tables.
void PostgresBackplane::start(BackplaneSink& sink) {
  sink_ = &sink;
  commands_.start();
  feed_.start(sink);
  sweep(kSweepEvery);
  check_journal();
}

void PostgresBackplane::stop() {
  appender_.stop();
  commands_.stop();
  bell_.stop();
  feed_.stop();
  sweep_timer_.cancel();
  journal_timer_.cancel();
  for (Follower* follower : followers_) follower->on_stop();
}

void PostgresBackplane::on_commands_up() {
  commands_.send(statements::kKeep, std::move(Params().number(retention_.messages)), {});
  appender_.start();
  bell_.start();
  update_availability();
}

/// Each node does it; the database lets one at a time.
void PostgresBackplane::sweep(Seconds pause) {
  sweep_timer_.expires_after(pause);
  sweep_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    const auto idle = static_cast<std::uint64_t>(Milliseconds(retention_.idle).count());
    commands_.send(statements::kSweep, std::move(Params().number(idle)), [this](const Reply* reply) {
      if (has_failed(reply)) (void)refused("sweep", reply);
      sweep(!has_failed(reply) && reply->rows() == 1 && reply->flag(0, 0) ? kSweepAgain : kSweepEvery);
    });
  });
}

void PostgresBackplane::check_journal() {
  journal_.check();
  journal_timer_.expires_after(kJournalEvery);
  journal_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) check_journal();
  });
}

// ---- reading ---------------------------------------------------------------------------------------------------

/// The journal sees each state that rooms read: so it notices a lost log without a read of its own.
void PostgresBackplane::state(std::string room, Completion<LogState> done) {
  thread_.in();
  read_state(room, [this, room, done = std::move(done)](const Result<LogState>& log) {
    if (log) journal_.on_state(room, *log);
    done(log);
  });
}

void PostgresBackplane::read_state(const std::string& room, Completion<LogState> done) {
  commands_.send(statements::kState, std::move(Params().text(commands_.life()).text(room)),
                 [done = std::move(done)](const Reply* reply) {
                   if (has_failed(reply)) return done(refused("state", reply));
                   if (reply->rows() == 0) return done(LogState{});
                   if (!is_position(*reply)) return done(refused("state", reply));
                   done(LogState{{Epoch(reply->text(0, 0)), reply->number(0, 1)}, parse_ended(reply->text(0, 2))});
                 });
}

void PostgresBackplane::top(std::string room, Completion<Position> done) {
  commands_.send(statements::kTop, std::move(Params().text(room)), [done = std::move(done)](const Reply* reply) {
    if (has_failed(reply)) return done(refused("top", reply));
    if (reply->rows() == 0) return done(Position{});
    if (!is_position(*reply)) return done(refused("top", reply));
    done(Position{Epoch(reply->text(0, 0)), reply->number(0, 1)});
  });
}

void PostgresBackplane::history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) {
  constexpr Offset kEnd = std::numeric_limits<std::int64_t>::max();
  Params params;
  params.text(room).number(std::min(query.after, kEnd)).number(std::min(query.before, kEnd)).number(query.limit);
  commands_.send(query.newest ? statements::kNewest : statements::kOldest, std::move(params),
                 [newest = query.newest, room, done = std::move(done)](const Reply* reply) {
                   if (has_failed(reply)) return done(refused("history", reply));
                   std::vector<Message> messages;
                   for (std::size_t row = 0; row < reply->rows(); ++row) {
                     const Offset offset = reply->number(row, 0);
                     if (offset == 0 || offset > kLastOffset) {
                       log_junk(JunkIn::key, "log_entry", room);
                     } else {
                       messages.push_back({offset, decode_body(reply->text(row, 1))});
                     }
                   }
                   if (newest) std::reverse(messages.begin(), messages.end());
                   done(std::move(messages));
                 });
}

void PostgresBackplane::tell(std::string_view channel, std::string_view head, std::string_view payload) {
  commands_.send(statements::kTell, std::move(Params().text(channel).text(head).text(payload)), [](const Reply* reply) {
    if (reply != nullptr && reply->is_error()) (void)refused("notification", reply);
  });
}

void PostgresBackplane::signal(std::string_view room, Signal kind, std::string_view payload) {
  tell(schema_, std::string{kSignal, static_cast<char>(kind)} + std::string(room), payload);
}

void PostgresBackplane::broadcast(std::string_view payload) { tell(schema_, std::string(1, kBroadcast), payload); }

void PostgresBackplane::subscribe(std::string room, Completion<LogState> done) {
  thread_.in();
  if (is_available_) return feed_.subscribe(room, std::move(done));
  boost::asio::post(loop_, [done = std::move(done)] { done(unavailable()); });
}

// ---- coming and going ------------------------------------------------------------------------------------------

void PostgresBackplane::update_availability() {
  const bool is_available = commands_.is_up() && appender_.is_up() && bell_.is_up();
  if (std::exchange(is_available_, is_available) == is_available) return;
  if (is_available) {
    // A server that was only out of reach has all that it acknowledged; another life may have lost the last messages.
    const bool is_same = appender_.life() == std::exchange(last_life_, appender_.life());
    journal_.on_available(!is_same);
  } else {
    journal_.on_away();
  }
  for (Follower* follower : followers_) follower->on_available(is_available);
  sink_->on_available(0, is_available);
  if (is_available) feed_.on_available();
}

}  // namespace chat::postgres
