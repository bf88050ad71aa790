#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/load/dialect/dialect.hpp"
#include "apps/load/dialect/stamp.hpp"

namespace chat::load {

/// Reads frames and remembers the last ones.
///
/// A server sends the same bytes to all members of a room. Each frame is therefore compared with the frame that another
/// member received at the same offset: equal bytes mean equal fields, at a tenth of the cost of a scan.
class RecentFrames {
 public:
  struct Frame {
    std::string bytes;
    bool readable = false;
    ServerObject object;  // points into bytes
    std::optional<Stamp> stamp;
  };

  RecentFrames(const Dialect& dialect, std::string run)
      : dialect_(dialect), run_(std::move(run)), frames_(kRemembered) {}

  /// `offset` is the next one that this member of `room` expects; a wrong guess only costs time. The result is valid
  /// until the next call.
  const Frame& read(std::uint32_t room, std::uint64_t offset, std::string_view bytes) {
    Frame& frame = bytes.size() > kLargest ? large_ : frames_[(room * kSpread + offset) % kRemembered];
    if (frame.bytes == bytes) return frame;
    frame.bytes = bytes;
    frame.readable = dialect_.read(frame.bytes, frame.object);
    frame.stamp = read_stamp(frame.object.text, run_);
    return frame;
  }

 private:
  static constexpr std::size_t kRemembered = 4096;
  static constexpr std::size_t kLargest = 8192;                 // a longer frame is an answer to one client
  static constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15;  // golden ratio: neighbouring rooms end up far apart

  const Dialect& dialect_;
  std::string run_;
  std::vector<Frame> frames_;
  Frame large_;
};

}  // namespace chat::load
