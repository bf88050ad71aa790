#include "server/node_reports.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <cctype>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/base/metrics.hpp"
#include "chat/codec/format.hpp"
#include "chat/core/person_id.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"
#include "server/process_figures.hpp"

namespace chat {
namespace {

using nlohmann::ordered_json;

struct SessionRow {
  std::string session, user, name;
  std::string_view protocol, transport;
  std::size_t waiting_bytes;
};

std::string_view protocol_of(Session& session) { return codec_of(session.format()).name(); }

SessionRow row_of(Session& session) {
  const Person& person = session.person();
  return {person.session_id(),  person.user_id(),           person.name(),
          protocol_of(session), session.transport().name(), session.outbox().bytes()};
}

ordered_json to_json(const SessionRow& row) {
  return {{"session", row.session},   {"user", row.user},           {"name", row.name},
          {"protocol", row.protocol}, {"transport", row.transport}, {"waiting_bytes", row.waiting_bytes}};
}

std::string text_of(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// The counters of this process that operators see: what limits refused, and appends with the time that they took.
ordered_json counted() {
  constexpr std::string_view kRefused = "chat_refused_total{limit=\"", kSlow = "chat_slow_consumers_total{action=\"";
  ordered_json refused = ordered_json::object(), slow = ordered_json::object();
  std::uint64_t appends = 0, turns = 0, turn_us = 0;
  for (const auto& sample : metrics::collect()) {
    const std::string_view name(sample.name);
    const auto label = [&](std::string_view family) {
      return std::string(name.substr(family.size(), name.size() - family.size() - 2));
    };
    if (name.starts_with(kRefused)) refused[label(kRefused)] = sample.counts[0];
    if (name.starts_with(kSlow)) slow[label(kSlow)] = sample.counts[0];
    if (name == R"(chat_appends_total{result="stored"})") appends = sample.counts[0];
    if (name != "chat_append_seconds") continue;
    for (const auto count : sample.counts) turns += count;
    turn_us = sample.sum;
  }
  return {{"refused", refused}, {"slow", slow}, {"appends", appends}, {"append_turns", turns}, {"append_us", turn_us}};
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// A search for a person.
struct Search {
  std::string text, user_id, name;
  explicit Search(const std::string& asked) : text(asked), user_id(user_id_of_subject(asked)), name(lower(asked)) {}
  bool fits(const Session& session, const Person& person) const {
    if (session.is_closing() || !person.is_greeted()) return false;
    const auto id = person.user_id();
    return id == text || id == user_id || person.session_id() == text ||
           lower(person.name()).find(name) != std::string::npos;
  }
};

/// Calls `visit(shard, index)` on the thread of each shard, then `done` on `loop`.
template <class Visit>
void on_each_shard(std::deque<Shard>& shards, boost::asio::io_context& loop, Visit visit, std::function<void()> done) {
  const auto missing = std::make_shared<std::atomic<std::size_t>>(shards.size());
  for (std::size_t i = 0; i < shards.size(); ++i) {
    boost::asio::post(shards[i].context(), [&shard = shards[i], i, &loop, visit, missing, done] {
      visit(shard, i);
      if (--*missing == 0) boost::asio::post(loop, done);
    });
  }
}

}  // namespace

/// The figures of one shard at the moment.
struct NodeReports::ShardLook {
  std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> connections;  // by protocol and transport
  std::vector<SessionRow> laggards;
  double lag_ms = 0;  // from the question to its turn
};

void NodeReports::report(std::uint64_t events_after, std::function<void(std::string)> done) {
  if (looked_at_ && parts_.clock.now() - *looked_at_ < kFresh) return done(with_events(events_after));
  asked_.push_back({events_after, std::move(done)});
  if (asked_.size() == 1) look();
}

void NodeReports::look() {
  const auto looks = std::make_shared<std::vector<ShardLook>>(parts_.shards.size());
  const auto visit = [looks, &clock = parts_.clock, asked_at = parts_.clock.now()](Shard& shard, std::size_t i) {
    ShardLook& seen = (*looks)[i];
    seen.lag_ms = std::chrono::duration<double, std::milli>(clock.now() - asked_at).count();
    shard.sessions().for_each([&seen](Session& session) {
      ++seen.connections[{protocol_of(session), session.transport().name()}];
      if (session.outbox().bytes() >= kLagging && seen.laggards.size() < kMaxLaggards) {
        seen.laggards.push_back(row_of(session));
      }
    });
  };
  on_each_shard(parts_.shards, parts_.loop, visit, [this, looks] { on_looked(*looks); });
}

void NodeReports::on_looked(const std::vector<ShardLook>& looks) {
  ShardLook all;
  for (const auto& look : looks) {
    for (const auto& [kind, count] : look.connections) all.connections[kind] += count;
    all.laggards.insert(all.laggards.end(), look.laggards.begin(), look.laggards.end());
    all.lag_ms = std::max(all.lag_ms, look.lag_ms);
  }
  std::sort(all.laggards.begin(), all.laggards.end(),
            [](const SessionRow& a, const SessionRow& b) { return a.waiting_bytes > b.waiting_bytes; });
  if (all.laggards.size() > kMaxLaggards) all.laggards.resize(kMaxLaggards);
  ordered_json report{{"faults", parts_.faults()},
                      {"loop_lag_ms", all.lag_ms},
                      {"memory_bytes", process_figures().resident_bytes},
                      {"counted", counted()},
                      {"connections", ordered_json::array()},
                      {"laggards", ordered_json::array()},
                      {"rooms", ordered_json::array()}};
  for (const auto& [kind, count] : all.connections) {
    report["connections"].push_back({{"protocol", kind.first}, {"transport", kind.second}, {"count", count}});
  }
  for (const auto& row : all.laggards) report["laggards"].push_back(to_json(row));
  const Instant now = parts_.clock.now();
  const double seconds = std::chrono::duration<double>(now - looked_at_.value_or(now)).count();
  for (const auto& room : parts_.rooms.busiest_rooms(kMaxRooms)) {
    report["rooms"].push_back(
        {{"room", room.room},
         {"people", room.people},
         {"messages_per_second", seconds > 0 ? static_cast<double>(room.messages) / seconds : 0}});
  }
  looked_at_ = now;
  figures_ = text_of(report);
  figures_.pop_back();
  for (const auto& [after, done] : std::exchange(asked_, {})) done(with_events(after));
}

std::string NodeReports::with_events(std::uint64_t after) const {
  static constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error"};
  ordered_json events = ordered_json::array();
  for (const auto& event : logged_after(after)) {
    events.push_back({{"number", event.number},
                      {"time", event.time},
                      {"level", kLevels[static_cast<std::size_t>(event.level)]},
                      {"event", event.event},
                      {"fields", event.fields}});
  }
  return figures_ + R"(,"events":)" + text_of(events) + '}';
}

void NodeReports::find(const std::string& text, std::function<void(std::string)> done) {
  const auto found = std::make_shared<std::vector<std::vector<SessionRow>>>(parts_.shards.size());
  const auto visit = [found, search = std::make_shared<const Search>(text)](Shard& shard, std::size_t i) {
    auto& rows = (*found)[i];
    shard.sessions().for_each([&](Session& session) {
      if (rows.size() < kMaxFound && search->fits(session, session.person())) rows.push_back(row_of(session));
    });
  };
  on_each_shard(parts_.shards, parts_.loop, visit, [found, done = std::move(done)] {
    ordered_json rows = ordered_json::array();
    for (const auto& of_shard : *found) {
      for (const auto& row : of_shard) {
        if (rows.size() < kMaxFound) rows.push_back(to_json(row));
      }
    }
    done(text_of(rows));
  });
}

}  // namespace chat
