#include "chat/auth/sanction_store.hpp"

#include <utility>

#include "chat/base/log.hpp"

namespace chat {

void SanctionStore::add(const Sanction& sanction, Completion<bool> done) {
  const Milliseconds kept{sanction.until - clock_.unix_ms()};
  auto fault = fault_in(sanction);
  if (fault.empty() && kept <= Milliseconds(0)) fault = "it would end before it begins";
  if (!fault.empty()) return done(Failure{ErrorCode::bad_request, std::move(fault)});
  kv_.put(kList, key_of(sanction.kind, sanction.subject, sanction.room), encode(sanction), kept, std::move(done));
}

void SanctionStore::lift(Sanction::Kind kind, std::string_view subject, std::string_view room, Completion<bool> done) {
  kv_.remove(kList, key_of(kind, subject, room), std::move(done));
}

void SanctionStore::read(Completion<std::vector<Sanction>> done) {
  kv_.read(kList, [done = std::move(done)](Result<std::vector<ListEntry>> entries) {
    if (!entries) return done(entries.error());
    std::vector<Sanction> sanctions;
    for (const auto& entry : *entries) {
      auto sanction = decode_sanction(entry.value);
      if (sanction && key_of(sanction->kind, sanction->subject, sanction->room) == entry.key) {
        sanctions.push_back(std::move(*sanction));
      } else {
        log_warn_rarely("junk_sanction", {{"key", entry.key}});
      }
    }
    done(std::move(sanctions));
  });
}

}  // namespace chat
