#include "backplane/postgres/postgres_kv.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "backplane/postgres/statements.hpp"

namespace chat::postgres {
namespace {

constexpr char kListChanged = 'l';

std::uint64_t count_of(auto kept) { return static_cast<std::uint64_t>(std::max<std::int64_t>(kept.count(), 1)); }

}  // namespace

PostgresKv::PostgresKv(PostgresBackplane& backplane) : backplane_(backplane) {
  backplane.follow(*this);
  backplane.bell().on(kListChanged, [this](std::string_view head, std::string_view) {
    if (head.starts_with(' ')) tell(head.substr(1));
  });
}

void PostgresKv::claim(std::string name, Seconds kept, Completion<bool> done) {
  backplane_.commands().send(statements::kClaim, std::move(Params().text(name).number(count_of(kept))),
                             [done = std::move(done)](const Reply* reply) {
                               if (has_failed(reply)) return done(request_refused("claim", reply));
                               done(reply->flag(0, 0));
                             });
}

void PostgresKv::agree_secret(std::string offer, Completion<SharedSecret> done) {
  backplane_.commands().send(statements::kAgreeSecret, std::move(Params().text(offer)),
                             [done = std::move(done)](const Reply* reply) {
                               if (has_failed(reply) || reply->rows() != 1) {
                                 return done(request_refused("secret", reply));
                               }
                               SharedSecret agreed{std::string(reply->text(0, 0)), std::string(reply->text(0, 1))};
                               if (!is_good_secret(agreed.previous)) agreed.previous.clear();
                               done(std::move(agreed));
                             });
}

void PostgresKv::rotate_secret(std::string secret, Seconds kept, Completion<bool> done) {
  backplane_.commands().send(statements::kRotateSecret, std::move(Params().text(secret).number(count_of(kept))),
                             [done = std::move(done)](const Reply* reply) {
                               if (has_failed(reply)) return done(request_refused("secret", reply));
                               done(true);
                             });
}

void PostgresKv::put(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) {
  change(list, key, value, Milliseconds(count_of(kept)), false, std::move(done));
}

void PostgresKv::put_new(std::string list, std::string key, std::string value, Milliseconds kept,
                         Completion<bool> done) {
  change(list, key, value, Milliseconds(count_of(kept)), true, std::move(done));
}

void PostgresKv::remove(std::string list, std::string key, Completion<bool> done) {
  change(list, key, {}, Milliseconds{0}, false, std::move(done));
}

void PostgresKv::change(std::string_view list, std::string_view key, std::string_view value, Milliseconds kept,
                        bool only_new, Completion<bool> done) {
  Params params;
  params.text(list).text(key).text(value).number(static_cast<std::uint64_t>(kept.count())).number(only_new ? 1 : 0);
  params.number(kMaxListEntries);
  backplane_.commands().send(statements::kChangeList, std::move(params), [done = std::move(done)](const Reply* reply) {
    if (has_failed(reply)) return done(request_refused("list", reply));
    constexpr std::uint64_t kFull = 2;
    if (reply->number(0, 0) == kFull) return done(Failure{ErrorCode::busy, "the list is full"});
    done(reply->number(0, 0) == 1);
  });
}

void PostgresKv::read(std::string list, Completion<std::vector<ListEntry>> done) {
  backplane_.commands().send(
      statements::kReadList, std::move(Params().text(list).number(kMaxListEntries)),
      [list, done = std::move(done)](const Reply* reply) {
        if (has_failed(reply)) return done(request_refused("list", reply));
        std::vector<ListEntry> entries;
        for (std::size_t row = 0; row < reply->rows(); ++row) {
          const auto key = reply->text(row, 0), value = reply->text(row, 1);
          if (key.size() > kMaxListKeyBytes || value.size() > kMaxListValueBytes) {
            log_junk(JunkIn::key, "list_entry", list);
            continue;
          }
          entries.push_back({std::string(key), std::string(value), static_cast<UnixMs>(reply->number(row, 2))});
        }
        done(std::move(entries));
      });
}

void PostgresKv::watch(std::string list, std::function<void()> changed) {
  if (backplane_.is_available()) {
    boost::asio::post(backplane_.loop(), [this, list] { tell(list); });
  }
  watched_.insert_or_assign(std::move(list), std::move(changed));
}

/// Changes may have been missed.
void PostgresKv::on_available(bool is_available) {
  if (!is_available) return;
  for (const auto& [list, changed] : watched_) {
    boost::asio::post(backplane_.loop(), [this, name = list] { tell(name); });
  }
}

void PostgresKv::tell(std::string_view list) {
  const auto watched = watched_.find(list);
  if (watched == watched_.end()) return;
  const auto changed = watched->second;  // it may stop the node
  changed();
}

}  // namespace chat::postgres
