#include "chat/core/principal.hpp"

#include <utility>

namespace chat {

bool Identity::is_shown_by(const Identity* token) const {
  const bool came_by_token = !grant || !grant->token_subject.empty();
  if (token == nullptr) return !came_by_token;
  return token->subject == (grant && came_by_token ? grant->token_subject : subject);
}

std::shared_ptr<const Identity> with_grant(const std::shared_ptr<const Identity>& token,
                                           std::shared_ptr<const Grant> grant) {
  if (!grant) return token;
  auto identity = token ? std::make_shared<Identity>(*token) : std::make_shared<Identity>();
  if (grant->user) {
    identity->subject = grant->user->subject;
    identity->user_id = user_id_of_subject(identity->subject);
    identity->name = grant->user->name;
    identity->info = grant->user->info;
  }
  identity->rooms.insert(identity->rooms.end(), grant->rooms.begin(), grant->rooms.end());
  if (grant->expires_at > 0) identity->expires_at = grant->expires_at;
  identity->grant = std::move(grant);
  return identity;
}

}  // namespace chat
