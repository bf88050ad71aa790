#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// Number of a message in its room: 1, 2, 3 … without holes within an epoch. 0 = before the first.
using Offset = std::uint64_t;
/// Every program that handles offsets, Redis's scripts and browsers included, knows integers exactly up to here.
inline constexpr Offset kLastOffset = (Offset{1} << 53) - 1;

/// Names one uninterrupted life of a room's log. Empty: the room has no log yet; its first message begins one.
using Epoch = std::string;
/// 1 to 64 of a-z A-Z 0-9 _ -.
bool is_epoch(std::string_view text);

/// A place in a room's log. A client keeps one as its cursor.
struct Position {
  Epoch epoch;
  Offset offset = 0;
  bool operator==(const Position&) const = default;
};

/// An epoch that ended, and the last of its offsets that survived into the next.
struct EpochEnd {
  Epoch epoch;
  Offset survived = 0;
  bool operator==(const EpochEnd&) const = default;
};

/// Where a room's log stands: its top, and how earlier epochs ended, newest first.
struct LogState {
  Position top;
  std::vector<EpochEnd> ended;
};

/// How an earlier position compares with a log as it is now.
struct ResumeCheck {
  enum class Kind : std::uint8_t {
    current,  // same epoch, or an ended one that survived up to it, or nothing held: go on after `offset`
    rewound,  // the log lost its tail: the messages of the reader above `offset` are gone
    unknown,  // nothing connects the two logs: start again
  };
  Kind kind;
  Offset offset = 0;
};
ResumeCheck compare(const Position& held, const LogState& log);

}  // namespace chat
