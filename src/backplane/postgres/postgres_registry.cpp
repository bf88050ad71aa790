#include "backplane/postgres/postgres_registry.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "backplane/postgres/statements.hpp"
#include "chat/base/utf8.hpp"

namespace chat::postgres {
namespace {

constexpr std::size_t kMaxTextBytes = 1024;
constexpr double kMaxPerSecond = 1e12;
constexpr UnixMs kEndOfTime = 253'402'300'799'999;  // of the year 9999, the last that has four digits
// A bigint of ours is not below 0, but a clock may be behind.
constexpr std::int64_t kClockZero = std::int64_t{1} << 52;

std::string text_in(std::string_view text) {
  return text.size() <= kMaxTextBytes && is_utf8(text) ? std::string(text) : "";
}

UnixMs time_in(std::uint64_t value) { return static_cast<UnixMs>(std::min<std::uint64_t>(value, kEndOfTime)); }

/// As kNodes selects it.
NodeCard parse_card(const Reply& reply, std::size_t row) {
  NodeCard card;
  card.id = reply.text(row, 0);
  card.instance = text_in(reply.text(row, 1));
  card.started_at = time_in(reply.number(row, 2));
  card.last_seen = time_in(reply.number(row, 3));
  card.connections = reply.number(row, 4);
  card.rooms = reply.number(row, 5);
  card.messages_per_second = std::min(static_cast<double>(reply.number(row, 6)) / 10, kMaxPerSecond);
  card.clock_ahead =
      std::clamp<std::int64_t>(static_cast<std::int64_t>(reply.number(row, 7)) - kClockZero, -kEndOfTime, kEndOfTime);
  card.draining = reply.number(row, 8) == 1;
  card.name = text_in(reply.text(row, 9));
  card.description = text_in(reply.text(row, 10));
  card.version = text_in(reply.text(row, 11));
  card.secret = text_in(reply.text(row, 12));
  card.address = text_in(reply.text(row, 13));
  return card;
}

std::uint64_t positive(std::int64_t value) { return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)); }

}  // namespace

void PostgresRegistry::announce(const NodeCard& card, Completion<Announced> done) {
  Params params;
  params.text(card.id).number(positive(kForgottenAfter.count())).text(card.instance).number(positive(card.started_at));
  params.number(positive(card.last_seen)).number(card.connections).number(card.rooms);
  params.number(positive(std::llround(std::min(card.messages_per_second, kMaxPerSecond) * 10)));
  params.number(positive(card.clock_ahead + kClockZero)).number(card.draining ? 1 : 0);
  params.text(card.name).text(card.description).text(card.version).text(card.secret).text(card.address);
  backplane_.commands().send(statements::kAnnounce, std::move(params), [done = std::move(done)](const Reply* reply) {
    if (has_failed(reply) || reply->rows() != 1) return done(refused("announce", reply));
    const UnixUs time = static_cast<UnixUs>(reply->number(0, 2));
    done(Announced{text_in(reply->text(0, 0)), time_in(reply->number(0, 1)), time / 1000, time});
  });
}

void PostgresRegistry::list(Completion<std::vector<NodeCard>> done) {
  backplane_.commands().send(statements::kNodes, {}, [done = std::move(done)](const Reply* reply) {
    if (has_failed(reply)) return done(refused("nodes", reply));
    std::vector<NodeCard> cards;
    for (std::size_t row = 0; row < reply->rows(); ++row) {
      if (is_node_id(reply->text(row, 0))) {
        cards.push_back(parse_card(*reply, row));
      } else {
        log_junk(JunkIn::key, "node_id", reply->text(row, 0));
      }
    }
    done(std::move(cards));
  });
}

void PostgresRegistry::withdraw(std::string_view id) {
  backplane_.commands().send(statements::kWithdraw, std::move(Params().text(id)), {});
}

}  // namespace chat::postgres
