#include "chat/transport/websocket/websocket_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "chat/codec/deflate.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

constexpr unsigned kCompressed = 0x40;  // RSV1 (RFC 7692 §6)

constexpr CloseReason broken(std::string_view how) { return {CloseCode::protocol_error, how}; }

void unmask(char* bytes, std::size_t size, const std::uint8_t (&mask)[4]) {
  std::uint64_t wide = 0;
  for (int i = 0; i < 8; ++i) reinterpret_cast<std::uint8_t*>(&wide)[i] = mask[i % 4];
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes + i, 8);
    word ^= wide;
    std::memcpy(bytes + i, &word, 8);
  }
  for (; i < size; ++i) bytes[i] = static_cast<char>(static_cast<std::uint8_t>(bytes[i]) ^ mask[i % 4]);
}

bool is_control(Opcode opcode) { return static_cast<std::uint8_t>(opcode) >= 8; }

/// Codes a peer may send (§7.4).
bool is_close_code(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace

std::optional<CloseReason> WebSocketReader::parse_header(std::span<const char> bytes,
                                                         std::optional<Header>& header) const {
  header.reset();
  const auto byte = [&bytes](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (bytes.empty()) return std::nullopt;
  const auto opcode = byte(0) & 0x0f;
  const bool compressed = mode_ == Mode::whole_deflate && (opcode == 1 || opcode == 2) && (byte(0) & kCompressed) != 0;
  if ((byte(0) & (compressed ? 0x70 & ~kCompressed : 0x70)) != 0) return broken("a reserved bit is set");
  if ((opcode > 2 && opcode < 8) || opcode > 10) return broken("unknown opcode");
  const bool control = opcode >= 8;
  if (control && (byte(0) & 0x80) == 0) return broken("a control frame in fragments");
  if (bytes.size() < 2) return std::nullopt;
  if ((byte(1) & 0x80) == 0) return broken("a client's frame must be masked");
  std::uint64_t length = byte(1) & 0x7f;
  if (control && length > 125) return broken("a control frame of more than 125 bytes");
  const std::size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
  const std::size_t size = 2 + extra + 4;
  if (bytes.size() < 2 + extra) return std::nullopt;
  if (extra > 0) {
    length = 0;
    for (std::size_t i = 0; i < extra; ++i) length = length << 8 | byte(2 + i);
    if (length < (extra == 2 ? 126U : 0x10000U)) return broken("a length in more bytes than it needs");
    if (length >> 63 != 0) return broken("a length with the highest bit set");
  }
  const std::size_t before = assembly_ && opcode == 0 ? assembly_->payload.size() : 0;
  if (!control && length > max_bytes_ - before) return CloseReason{CloseCode::too_big, "a message that is too big"};
  if (bytes.size() < size) return std::nullopt;
  header = Header{(byte(0) & 0x80) != 0, compressed, static_cast<Opcode>(opcode), size, length, {}};
  for (std::size_t i = 0; i < 4; ++i) header->mask[i] = byte(2 + extra + i);
  return std::nullopt;
}

std::optional<CloseReason> WebSocketReader::feed(std::span<char> bytes, Handler& handler) {
  std::size_t taken = 0;
  const auto whole = std::exchange(unfinished_, nullptr);
  if (whole) bytes = whole->append(bytes.data(), bytes.size());
  const auto wrong = take_frames(bytes, taken, handler);
  if (!wrong && taken < bytes.size() && !handler.is_done()) {
    unfinished_ = std::make_unique<std::string>(bytes.data() + taken, bytes.size() - taken);
  }
  return wrong;
}

std::optional<CloseReason> WebSocketReader::take_frames(std::span<char> bytes, std::size_t& taken, Handler& handler) {
  while (!handler.is_done()) {
    const auto rest = bytes.subspan(taken);
    if (open_) {
      if (rest.empty()) return std::nullopt;
      if (const auto wrong = take_piece(rest, taken, handler)) return wrong;
      continue;
    }
    std::optional<Header> header;
    if (const auto wrong = parse_header(rest, header)) return wrong;
    if (!header) return std::nullopt;
    if (header->opcode == Opcode::binary && !assembly_) {
      if (const auto wrong = handler.on_binary()) return wrong;
    }
    if (rest.size() - header->size < header->payload) {
      if (is_control(header->opcode)) return std::nullopt;
      if (const auto wrong = begin_data(*header)) return wrong;
      open_ = std::make_unique<OpenFrame>(OpenFrame{header->final, header->payload, {}});
      std::copy_n(header->mask, 4, open_->mask);
      taken += header->size;
      continue;
    }
    const auto length = static_cast<std::size_t>(header->payload);
    char* payload = rest.data() + header->size;
    unmask(payload, length, header->mask);
    taken += header->size + length;
    if (const auto wrong = take_frame(*header, {payload, length}, handler)) return wrong;
  }
  return std::nullopt;
}

std::optional<CloseReason> WebSocketReader::take_frame(const Header& header, std::string_view payload,
                                                       Handler& handler) {
  return is_control(header.opcode) ? take_control(header.opcode, payload, handler)
                                   : take_data(header, payload, handler);
}

std::optional<CloseReason> WebSocketReader::take_control(Opcode opcode, std::string_view payload, Handler& handler) {
  if (opcode == Opcode::ping) {
    handler.on_ping(payload);
  } else if (opcode == Opcode::pong) {
    handler.on_pong();
  } else {
    if (payload.size() == 1) return broken("a close code of one byte");
    unsigned code = 1000;
    if (payload.size() >= 2) {
      code = static_cast<unsigned>(static_cast<std::uint8_t>(payload[0])) << 8 | static_cast<std::uint8_t>(payload[1]);
      if (!is_close_code(code)) return broken("a close code that must not be sent");
      if (!is_utf8(payload.substr(2))) return CloseReason{CloseCode::bad_utf8, "a close reason that is not UTF-8"};
    }
    handler.on_close(static_cast<CloseCode>(code));
  }
  return std::nullopt;
}

std::optional<CloseReason> WebSocketReader::take_data(const Header& header, std::string_view payload,
                                                      Handler& handler) {
  if (assembly_ || !header.final || header.opcode == Opcode::continuation) {
    if (const auto wrong = begin_data(header)) return wrong;
    return add_data(payload, header.final, handler);
  }
  const bool binary = header.opcode == Opcode::binary;
  if (header.compressed) return take_compressed(payload, binary, handler);
  if (!binary && !is_utf8(payload)) return CloseReason{CloseCode::bad_utf8, "a text that is not UTF-8"};
  handler.on_message(payload, binary);
  return std::nullopt;
}

std::optional<CloseReason> WebSocketReader::begin_data(const Header& header) {
  const bool continues = header.opcode == Opcode::continuation;
  if (continues != (assembly_ != nullptr)) {
    return broken(continues ? "a continuation of nothing" : "a new message inside another");
  }
  if (!continues)
    assembly_ = std::make_unique<Assembly>(Assembly{{}, header.opcode == Opcode::binary, header.compressed, {}, 0});
  if (++assembly_->frames > limits::kFragments)
    return CloseReason{CloseCode::policy, "a message in too many fragments"};
  return std::nullopt;
}

std::optional<CloseReason> WebSocketReader::add_data(std::string_view payload, bool last, Handler& handler) {
  if (!assembly_->binary && !assembly_->compressed && !assembly_->utf8.feed(payload)) {
    return CloseReason{CloseCode::bad_utf8, "a text that is not UTF-8"};
  }
  mode_ == Mode::pieces ? handler.on_message(payload, assembly_->binary) : void(assembly_->payload += payload);
  if (!last) return std::nullopt;
  const auto whole = std::move(assembly_);
  if (whole->compressed) return take_compressed(whole->payload, whole->binary, handler);
  if (!whole->binary && !whole->utf8.complete()) return CloseReason{CloseCode::bad_utf8, "a text that is not UTF-8"};
  if (mode_ != Mode::pieces) handler.on_message(whole->payload, whole->binary);
  return std::nullopt;
}

std::optional<CloseReason> WebSocketReader::take_piece(std::span<char> bytes, std::size_t& taken, Handler& handler) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(open_->left, bytes.size()));
  unmask(bytes.data(), size, open_->mask);
  std::rotate(open_->mask, open_->mask + size % 4, open_->mask + 4);
  taken += size;
  open_->left -= size;
  const bool is_over = open_->left == 0, last = is_over && open_->final;
  if (is_over) open_.reset();
  return add_data({bytes.data(), size}, last, handler);
}

std::optional<CloseReason> WebSocketReader::take_compressed(std::string_view payload, bool binary, Handler& handler) {
  std::string message;
  if (const auto wrong = inflate_message(payload, max_bytes_, message)) return wrong;
  if (!binary && !is_utf8(message)) return CloseReason{CloseCode::bad_utf8, "a text that is not UTF-8"};
  handler.on_message(message, binary);
  return std::nullopt;
}

}  // namespace chat
