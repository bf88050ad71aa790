#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "chat/base/utf8.hpp"
#include "chat/codec/websocket_framing.hpp"
#include "chat/core/close.hpp"

namespace chat {

/// The receiving half of a WebSocket server (RFC 6455 §5), without a socket: bytes in, messages and control frames out.
/// Keeps only what is left of an unfinished frame or message, so an idle connection holds next to nothing.
/// Thread: the shard of its connection. Owner: the connection.
class WebSocketReader {
 public:
  /// Takes the messages and control frames in the bytes; payloads live until the call returns.
  class Handler {
   public:
    virtual ~Handler() = default;
    /// A message, or the next piece of one; whether a text is UTF-8 is known at the end of a piece's message.
    virtual void on_message(std::string_view payload, bool binary) = 0;
    /// A binary message begins. Returns the reason if it is not accepted.
    virtual std::optional<CloseReason> on_binary() { return std::nullopt; }
    virtual void on_ping(std::string_view payload) = 0;
    virtual void on_pong() = 0;
    /// The peer closes; the code to answer with.
    virtual void on_close(CloseCode code) = 0;
    /// No further message is wanted (the connection is being closed).
    virtual bool is_done() const = 0;
  };

  /// How the handler gets messages. whole: the limit holds for a message; whole_deflate: clients may compress (RFC
  /// 7692), and the limit holds for the inflated message; pieces: as they arrive, and the limit holds for a frame.
  enum class Mode : std::uint8_t { whole, whole_deflate, pieces };
  explicit WebSocketReader(std::size_t max_bytes, Mode mode = Mode::whole)
      : max_bytes_(static_cast<std::uint32_t>(max_bytes)), mode_(mode) {}

  /// For another socket of the same client.
  WebSocketReader fresh() const { return WebSocketReader(max_bytes_, mode_); }

  /// Takes what arrived; unmasks in place. A CloseReason tells how the peer broke the protocol: answer with it, feed no
  /// more.
  std::optional<CloseReason> feed(std::span<char> bytes, Handler& handler);

 private:
  struct Header {
    bool final;
    bool compressed;
    Opcode opcode;
    std::size_t size;       // of the whole header
    std::uint64_t payload;  // bytes
    std::uint8_t mask[4];
  };
  /// A message whose frames are still coming.
  struct Assembly {
    std::string payload;
    bool binary;
    bool compressed;
    Utf8Validator utf8;  // of a text as it comes; a compressed one is looked at when it is whole
    std::size_t frames;
  };

  /// A frame whose payload is still coming.
  struct OpenFrame {
    bool final;
    std::uint64_t left;
    std::uint8_t mask[4];
  };

  std::optional<CloseReason> parse_header(std::span<const char> bytes, std::optional<Header>& header) const;
  std::optional<CloseReason> take_frames(std::span<char> bytes, std::size_t& taken, Handler& handler);
  std::optional<CloseReason> take_frame(const Header& header, std::string_view payload, Handler& handler);
  std::optional<CloseReason> take_control(Opcode opcode, std::string_view payload, Handler& handler);
  std::optional<CloseReason> take_data(const Header& header, std::string_view payload, Handler& handler);
  std::optional<CloseReason> begin_data(const Header& header);
  std::optional<CloseReason> add_data(std::string_view payload, bool last, Handler& handler);
  std::optional<CloseReason> take_piece(std::span<char> bytes, std::size_t& taken, Handler& handler);
  std::optional<CloseReason> take_compressed(std::string_view payload, bool binary, Handler& handler);

  std::uint32_t max_bytes_;
  Mode mode_;
  std::unique_ptr<std::string> unfinished_;  // the beginning of a header or of a control frame
  std::unique_ptr<Assembly> assembly_;
  std::unique_ptr<OpenFrame> open_;
};

}  // namespace chat
