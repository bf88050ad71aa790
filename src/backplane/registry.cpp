#include "chat/backplane/registry.hpp"

#include <algorithm>

#include "chat/backplane/memory.hpp"
#include "chat/backplane/postgres.hpp"
#include "chat/backplane/redis.hpp"
#include "chat/backplane/shards.hpp"
#include "chat/base/assert.hpp"

namespace chat {

const BackplaneRegistry& standard_backplanes() {
  static const BackplaneRegistry registry({
      memory_backplane(),
      redis_backplane(),
      redis_shards_backplane(),
      postgres_backplane(),
  });
  return registry;
}

std::string BackplaneRegistry::check(std::string_view url, const BackplaneOptions& options) const {
  if (const BackplaneMaker* maker = find(url)) return maker->check(url, options);
  std::string known;
  for (const auto& maker : makers_) {
    for (const auto& scheme : maker.schemes) known += (known.empty() ? "" : ", ") + scheme + ':';
  }
  return "it begins with one of " + known;
}

const BackplaneMaker& BackplaneRegistry::maker_of(std::string_view url) const {
  const BackplaneMaker* const maker = find(url);
  CHAT_ASSERT(maker != nullptr);
  return *maker;
}

std::vector<std::string> BackplaneRegistry::names() const {
  std::vector<std::string> names;
  for (const auto& maker : makers_) names.push_back(maker.name);
  return names;
}

const BackplaneMaker* BackplaneRegistry::find(std::string_view url) const {
  const auto colon = url.find(':');
  if (colon == std::string_view::npos) return nullptr;
  const auto scheme = url.substr(0, colon);
  for (const auto& maker : makers_) {
    if (std::find(maker.schemes.begin(), maker.schemes.end(), scheme) != maker.schemes.end()) return &maker;
  }
  return nullptr;
}

}  // namespace chat
