#include "backplane/postgres/postgres_events.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "backplane/postgres/statements.hpp"
#include "chat/core/names.hpp"

namespace chat::postgres {
namespace {

constexpr std::size_t kPage = 256;
constexpr const char* kEnd = "0";  // the first and the last cursor

std::optional<Holding> parse_holding(std::string_view kind, std::string_view name, std::string_view user) {
  if (kind == "r" && is_room_name(name)) return Holding{Holding::Kind::room, std::string(name)};
  const auto id = user.substr(0, user.find(' '));
  const auto shown = user.substr(std::min(user.size(), id.size() + 1));
  const bool is_session = kind == "s" && !name.empty() && name.size() <= 64;
  if (!is_session || !is_user_id(id) || !is_user_name(shown)) return std::nullopt;
  return Holding{Holding::Kind::session, std::string(name), std::string(user)};
}

}  // namespace

void PostgresEvents::enable(std::function<bool(std::string_view room)> wanted, std::size_t max_entries) {
  max_entries_ = max_entries;
  backplane_.appender().enable_events(std::move(wanted), max_entries);
}

void PostgresEvents::change(HoldingChanges changes, Completion<bool> done) {
  std::vector<std::string_view> kinds, names, owners, reasons;
  std::vector<std::uint64_t> begins, wanted;
  for (const auto& change : changes.changes) {
    begins.push_back(change.begins ? 1 : 0);
    kinds.push_back(change.holding.kind == Holding::Kind::session ? "s" : "r");
    names.push_back(change.holding.name);
    owners.push_back(change.holding.user);
    reasons.push_back(change.reason);
    wanted.push_back(change.is_wanted ? 1 : 0);
  }
  Params params;
  params.text(changes.instance).number(changes.number).number(max_entries_);
  params.number(static_cast<std::uint64_t>(changes.time)).numbers(begins).texts(kinds).texts(names);
  params.byteas(owners).byteas(reasons).numbers(wanted);
  backplane_.commands().send(statements::kChangeHoldings, std::move(params),
                             [done = std::move(done)](const Reply* reply) {
                               if (has_failed(reply)) return done(request_refused("holdings", reply));
                               done(true);
                             });
}

/// A cursor is the kind and the name of the last holding of a page.
void PostgresEvents::list(NodeInstance instance, std::string cursor, Completion<Page> done) {
  const bool is_first = cursor == kEnd || cursor.empty();
  Params params;
  params.text(instance).text(is_first ? std::string_view() : std::string_view(cursor).substr(0, 1));
  params.text(is_first ? std::string_view() : std::string_view(cursor).substr(1)).number(kPage);
  backplane_.commands().send(statements::kHoldings, std::move(params), [done = std::move(done)](const Reply* reply) {
    if (has_failed(reply)) return done(request_refused("holdings", reply));
    Page page{{}, kEnd};
    for (std::size_t row = 0; row < reply->rows(); ++row) {
      const auto kind = reply->text(row, 0), name = reply->text(row, 1);
      if (auto holding = parse_holding(kind, name, reply->text(row, 2))) {
        page.holdings.push_back(std::move(*holding));
      } else {
        log_junk(JunkIn::key, "holding", name);
      }
      if (row + 1 == kPage) page.next = std::string(kind) + std::string(name);
    }
    done(std::move(page));
  });
}

void PostgresEvents::instances(Completion<std::vector<NodeInstance>> done) {
  backplane_.commands().send(statements::kHolders, {}, [done = std::move(done)](const Reply* reply) {
    if (has_failed(reply)) return done(request_refused("holders", reply));
    std::vector<NodeInstance> instances;
    for (std::size_t row = 0; row < reply->rows(); ++row) {
      if (is_node_instance(reply->text(row, 0))) instances.emplace_back(reply->text(row, 0));
    }
    done(std::move(instances));
  });
}

void PostgresEvents::backlog(Completion<EventBacklog> done) {
  backplane_.commands().send(statements::kBacklog,
                             std::move(Params().text(kQueue).text(ClusterQueue::dead_letters(kQueue))),
                             [done = std::move(done)](const Reply* reply) {
                               if (has_failed(reply)) return done(request_refused("events", reply));
                               done(EventBacklog{reply->number(0, 0), reply->number(0, 1), reply->number(0, 2)});
                             });
}

}  // namespace chat::postgres
