#include "chat/auth/sanctions.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace chat {

std::string key_of(Sanction::Kind kind, std::string_view subject, std::string_view room) {
  std::string key(name_of(kind));
  key += ' ';
  key += subject;
  key += ' ';
  key += room;
  return key;
}

Sanctions::Sanctions(std::vector<Sanction> sanctions) {
  const auto is_stronger = [](const Sanction& a, const Sanction& b) {
    return std::tie(a.until, a.issued_before) > std::tie(b.until, b.issued_before);
  };
  std::sort(sanctions.begin(), sanctions.end(), is_stronger);
  if (sanctions.size() > kMax) sanctions.resize(kMax);
  for (auto& sanction : sanctions) {
    auto key = key_of(sanction.kind, sanction.subject, sanction.room);
    by_key_.emplace(std::move(key), std::move(sanction));
  }
}

const Sanction* Sanctions::find(Sanction::Kind kind, std::string_view subject, std::string_view room,
                                UnixMs now) const {
  const auto found = by_key_.find(key_of(kind, subject, room));
  return found != by_key_.end() && found->second.until > now ? &found->second : nullptr;
}

const Sanction* Sanctions::find_here(Sanction::Kind kind, std::string_view user_id, std::string_view room,
                                     UnixMs now) const {
  const Sanction* const everywhere = find(kind, user_id, {}, now);
  return everywhere != nullptr ? everywhere : find(kind, user_id, room, now);
}

bool Sanctions::find_token(const Identity& identity, UnixMs now) const {
  return !identity.token_id.empty() && find(Sanction::Kind::revoke_token, identity.token_id, {}, now) != nullptr;
}

/// A token that does not say when it was issued may be an old one.
bool Sanctions::find_older(const Identity& identity, UnixMs now) const {
  const Sanction* const revoked = find(Sanction::Kind::revoke_user, identity.user_id, {}, now);
  return revoked != nullptr && identity.issued_at < revoked->issued_before;
}

std::optional<UnixMs> Sanctions::next_expiry(UnixMs now) const {
  std::optional<UnixMs> next;
  for (const auto& [key, sanction] : by_key_) {
    if (sanction.until > now && (!next || sanction.until < *next)) next = sanction.until;
  }
  return next;
}

std::vector<Sanction> Sanctions::list(UnixMs now) const {
  std::vector<Sanction> all;
  for (const auto& [key, sanction] : by_key_) {
    if (sanction.until > now) all.push_back(sanction);
  }
  const auto place = [](const Sanction& s) { return std::tie(s.kind, s.subject, s.room); };
  std::sort(all.begin(), all.end(), [&](const Sanction& a, const Sanction& b) { return place(a) < place(b); });
  return all;
}

}  // namespace chat
