#include "chat/core/position.hpp"

#include <algorithm>

namespace chat {

Standing compare(const Position& held, const LogState& log) {
  if (held.epoch == log.top.epoch) {
    if (held.offset <= log.top.offset) return {Standing::Kind::current, held.offset};
    return {Standing::Kind::rewound, log.top.offset};  // a log cannot be behind its own reader unless it lost something
  }
  // Walk from the newest ended epoch to the one the reader knows: what survived shrinks with every end on the way.
  Offset survived = log.top.offset;
  for (const auto& end : log.ended) {
    survived = std::min(survived, end.survived);
    if (end.epoch != held.epoch) continue;
    if (held.offset <= survived) return {Standing::Kind::current, held.offset};
    return {Standing::Kind::rewound, survived};
  }
  return {Standing::Kind::unknown, 0};
}

}  // namespace chat
