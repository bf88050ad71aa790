#include "backplane/postgres/postgres_presence.hpp"

#include <utility>

#include "backplane/postgres/statements.hpp"

namespace chat::postgres {
namespace {

constexpr auto kLeaseMs = static_cast<std::uint64_t>(PresenceStore::kLease.count());

}  // namespace

void PostgresPresence::change(std::string_view room, const PresenceChange& change, Completion<bool> done) {
  std::vector<std::string_view> ids, names, infos;
  for (const auto& user : change.joined) {
    ids.push_back(user.id);
    names.push_back(user.name);
    infos.push_back(user.info);
  }
  const std::vector<std::string_view> left(change.left.begin(), change.left.end());
  Params params;
  params.text(room).text(change.instance).byteas(ids).byteas(names).byteas(infos).byteas(left);
  backplane_.commands().send(statements::kChangePeople, std::move(params),
                             [done = std::move(done)](const Reply* reply) {
                               if (has_failed(reply)) return done(refused("presence", reply));
                               done(true);
                             });
  backplane_.signal(room, Signal::presence, encode(change));
}

void PostgresPresence::load(std::string room, Through through, Completion<std::vector<PresenceRow>> done) {
  Params params;
  params.text(room).number(through == Through::all_nodes ? 0 : kLeaseMs);
  backplane_.commands().send(
      statements::kPeople, std::move(params), [room, done = std::move(done)](const Reply* reply) {
        if (has_failed(reply)) return done(refused("people", reply));
        std::vector<PresenceRow> rows;
        for (std::size_t row = 0; row < reply->rows(); ++row) {
          const auto instance = reply->text(row, 0), id = reply->text(row, 1), name = reply->text(row, 2);
          if (is_node_instance(instance) && is_user_id(id) && is_user_name(name)) {
            rows.push_back(
                {NodeInstance(instance), {std::string(id), std::string(name), std::string(reply->text(row, 3))}});
          } else {
            log_junk(JunkIn::key, "person", room);
          }
        }
        done(std::move(rows));
      });
}

void PostgresPresence::renew(std::string_view instance, Completion<Lease> done) {
  backplane_.commands().send(statements::kRenew, std::move(Params().text(instance).number(kLeaseMs)),
                             [done = std::move(done)](const Reply* reply) {
                               if (has_failed(reply)) return done(refused("lease", reply));
                               Lease lease{{}, reply->flag(0, 0)};
                               for (std::size_t row = 0; row < reply->rows(); ++row) {
                                 const auto living = reply->text(row, 1);
                                 if (is_node_instance(living)) {
                                   lease.living.emplace_back(living);
                                 } else {
                                   log_junk(JunkIn::key, "lease", living);
                                 }
                               }
                               done(std::move(lease));
                             });
}

void PostgresPresence::resign(std::string_view instance) {
  backplane_.commands().send(statements::kResign, std::move(Params().text(instance)), {});
}

}  // namespace chat::postgres
