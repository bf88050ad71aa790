#include "chat/auth/sanction_store.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr std::string_view kMark = "mark";  // no key_of() has one word

}  // namespace

void SanctionStore::add(const Sanction& sanction, Completion<bool> done) {
  const Milliseconds kept{sanction.until - clock_.unix_ms()};
  auto fault = fault_in(sanction);
  if (fault.empty() && kept <= Milliseconds(0)) fault = "it would end before it begins";
  if (!fault.empty()) return done(Failure{ErrorCode::bad_request, std::move(fault)});
  kv_.put(kList, key_of(sanction.kind, sanction.subject, sanction.room), encode(sanction), kept, std::move(done));
}

/// An empty entry takes its place for a while: a node that restores a lost list may not know yet.
void SanctionStore::lift(Sanction::Kind kind, std::string_view subject, std::string_view room, Completion<bool> done) {
  read([this, key = key_of(kind, subject, room), done = std::move(done)](const Result<std::vector<Sanction>>& now) {
    if (!now) return done(now.error());
    const bool was_there = std::any_of(now->begin(), now->end(), [&key](const Sanction& sanction) {
      return key_of(sanction.kind, sanction.subject, sanction.room) == key;
    });
    kv_.put(kList, key, {}, kLifted,
            [done, was_there](const Result<bool>& put) { put ? done(was_there) : done(put.error()); });
  });
}

void SanctionStore::read(Completion<std::vector<Sanction>> done) {
  read_marked([done = std::move(done)](Result<Reading> reading) {
    if (!reading) return done(reading.error());
    done(std::move(reading->sanctions));
  });
}

void SanctionStore::read_marked(Completion<Reading> done) {
  kv_.read(kList, [done = std::move(done)](Result<std::vector<ListEntry>> entries) {
    if (!entries) return done(entries.error());
    Reading reading;
    for (const auto& entry : *entries) {
      if (entry.key == kMark) reading.is_marked = true;
      if (entry.key == kMark || entry.value.empty()) continue;
      auto sanction = decode_sanction(entry.value);
      if (sanction && key_of(sanction->kind, sanction->subject, sanction->room) == entry.key) {
        reading.sanctions.push_back(std::move(*sanction));
      } else {
        log_warn_rarely("junk_key", {{"what", "sanction"}, {"where", entry.key}});
      }
    }
    done(std::move(reading));
  });
}

void SanctionStore::mark(Completion<bool> done) {
  const Milliseconds kept{Sanction::kForGood - clock_.unix_ms()};
  kv_.put_new(kList, std::string(kMark), "kept", kept, std::move(done));
}

void SanctionStore::restore(const Sanction& sanction, Completion<bool> done) {
  const Milliseconds kept{sanction.until - clock_.unix_ms()};
  if (kept <= Milliseconds(0)) return done(false);
  kv_.put_new(kList, key_of(sanction.kind, sanction.subject, sanction.room), encode(sanction), kept, std::move(done));
}

}  // namespace chat
