#include "chat/codec/format.hpp"

#include <array>
#include <atomic>

#include "chat/base/assert.hpp"

namespace chat {
namespace {

struct Row {
  const Codec* codec = nullptr;
  const Framing* framing = nullptr;
};

// A row is written before its number is given away and never changes, so readers need no lock.
std::array<Row, kFormats> rows;
std::atomic<std::size_t> row_count{0};

const Row& row(Format format) { return rows[static_cast<std::size_t>(format)]; }

}  // namespace

Format add_format(const Codec& codec, const Framing& framing) {
  const std::size_t number = row_count.fetch_add(1);
  CHAT_ASSERT(number < kFormats);
  rows[number] = {&codec, &framing};
  return static_cast<Format>(number);
}

std::size_t format_count() { return row_count.load(); }

const Codec& codec_of(Format format) { return *row(format).codec; }

void append_frame(Format format, const RequestId& id, const Event& event, std::string& out) {
  thread_local std::string payload;
  payload.clear();
  const auto [codec, framing] = row(format);
  codec->encode(id, event, payload);
  if (!payload.empty()) framing->append(out, codec->is_binary(), payload);
}

SharedBytes make_frame(Format format, const RequestId& id, const Event& event) {
  std::string out;
  append_frame(format, id, event, out);
  return out.empty() ? SharedBytes() : SharedBytes(out);
}

SharedBytes frame_of(Format format, std::string_view payload) {
  const auto [codec, framing] = row(format);
  std::string out;
  framing->append(out, codec->is_binary(), payload);
  return SharedBytes(out);
}

SharedBytes goodbye_frame(Format format, CloseReason reason) {
  const auto [codec, framing] = row(format);
  std::string payload, out;
  codec->encode_goodbye(reason, payload);
  if (!payload.empty()) framing->append(out, codec->is_binary(), payload);
  out += framing->goodbye(reason);
  return SharedBytes(out);
}

}  // namespace chat
