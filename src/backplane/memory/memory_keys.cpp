#include "backplane/memory/memory_keys.hpp"

#include <utility>

#include "chat/backplane/backplane.hpp"

namespace chat {
namespace {

constexpr UnixMs kDay = 86'400'000;

}  // namespace

void MemoryKeys::turn(UnixMs now) {
  const std::int64_t day = now / kDay;
  if (day <= day_) return;
  yesterday_ = std::exchange(today_, {});
  if (day > day_ + 1) yesterday_.clear();
  day_ = day;
}

std::optional<Offset> MemoryKeys::find(std::string_view key) const {
  for (const auto* keys : {&today_, &yesterday_}) {
    const auto found = keys->find(key);
    if (found != keys->end()) return found->second;
  }
  return std::nullopt;
}

bool MemoryKeys::is_full() const { return today_.size() >= Append::kMaxKeysADay; }

bool MemoryKeys::turn_early(UnixMs now) {
  if (now - turned_ < Milliseconds(kAge).count()) return false;
  yesterday_ = std::exchange(today_, {});
  turned_ = now;
  return true;
}

void MemoryKeys::add(std::string key, Offset offset) { today_.emplace(std::move(key), offset); }

}  // namespace chat
