#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "chat/codec/codec.hpp"
#include "chat/codec/framing.hpp"
#include "chat/core/close.hpp"
#include "chat/core/shared_bytes.hpp"

namespace chat {

/// How the bytes of an event look on the wire: a codec in a framing. Clients of one format share each encoded event.
/// The number of a row in a table that the protocols fill.
enum class Format : std::uint8_t {};
inline constexpr std::size_t kFormats = 64;

/// One event in the formats of its readers: those of a room mostly read one or two.
class Frames {
 public:
  /// Not twice for a format.
  void add(Format format, SharedBytes frame) { frames_.emplace_back(format, std::move(frame)); }
  /// No bytes where the format has no word for the event.
  const SharedBytes& in(Format format) const {
    static const SharedBytes none;
    for (const auto& [of, frame] : frames_) {
      if (of == format) return frame;
    }
    return none;
  }
  std::size_t size() const { return frames_.size(); }

 private:
  boost::container::small_vector<std::pair<Format, SharedBytes>, 4> frames_;
};

/// Adds a row; codec and framing live as long as the program. Thread: any. More than kFormats rows end the program.
Format add_format(const Codec& codec, const Framing& framing);

/// How many there are so far.
std::size_t format_count();

const Codec& codec_of(Format format);

/// Appends `event` as the finished wire bytes of `format`; nothing if its protocol has no word for it.
void append_frame(Format format, const RequestId& id, const Event& event, std::string& out);

/// The same as bytes of their own; none at all for nothing.
SharedBytes make_frame(Format format, const RequestId& id, const Event& event);

/// `payload`, which is the codec's, as the finished wire bytes of `format`.
SharedBytes frame_of(Format format, std::string_view payload);

/// The last frame for a client of `format`.
SharedBytes goodbye_frame(Format format, CloseReason reason);

}  // namespace chat
