#include "chat/core/position.hpp"

#include <algorithm>

namespace chat {

bool is_epoch(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), is_plain);
}

ResumeCheck compare(const Position& held, const LogState& log) {
  // Within its epoch a log only grows: a reader ahead of our state has read newer messages than this node.
  if (held.epoch == log.top.epoch) return {ResumeCheck::Kind::current, held.offset};
  // A reader that holds nothing of an earlier life, or of a room that had no log yet, has nothing to give up.
  if (held.offset == 0) return {ResumeCheck::Kind::current, 0};
  // Walk from the newest ended epoch to that of the reader: each end on the way may shrink the part that survived.
  Offset survived = log.top.offset;
  for (const auto& end : log.ended) {
    survived = std::min(survived, end.survived);
    if (end.epoch != held.epoch) continue;
    if (held.offset <= survived) return {ResumeCheck::Kind::current, held.offset};
    return {ResumeCheck::Kind::rewound, survived};
  }
  return {ResumeCheck::Kind::unknown, 0};
}

}  // namespace chat
