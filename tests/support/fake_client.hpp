#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"
#include "protocols/chat_v1/dialogue.hpp"
#include "protocols/chat_v1/formats.hpp"

namespace chat {

using nlohmann::json;

/// A client without a socket: a session, and a transport that takes the frames apart and keeps their messages.
class FakeClient final : public Transport {
 public:
  explicit FakeClient(Shard& shard) { session_.emplace(shard, *this, chat_v1_formats().websocket, chat_v1_dialogue()); }
  FakeClient(const FakeClient&) = delete;
  FakeClient& operator=(const FakeClient&) = delete;

  Session& session() { return *session_; }
  bool is_connected() const { return session_.has_value(); }
  /// As when the socket is gone.
  void disconnect() { session_.reset(); }

  void say(const json& request) { session_->receive(request.dump()); }
  void say_raw(std::string_view payload) { session_->receive(payload); }
  void hello(std::string name, std::string identity_secret = {}, std::string producer = {}) {
    json request{{"type", "hello"}, {"id", "hello"}, {"name", name}};
    if (!identity_secret.empty()) request["identity_secret"] = identity_secret;
    if (!producer.empty()) request["producer"] = producer;
    say(request);
  }
  void join(const std::string& room) { say({{"type", "join"}, {"id", "join " + room}, {"room", room}}); }
  /// The client's URL names a room.
  void join_by_url(const std::string& room) { chat_v1_on_open(*session_, room); }
  void send(const std::string& room, const std::string& text, std::uint64_t n = 0) {
    json request{{"type", "send"}, {"id", text}, {"room", room}, {"text", text}};
    if (n > 0) request["seq"] = n;
    say(request);
  }

  /// The frames since the last forget().
  const std::vector<json>& received() const { return received_; }
  void forget() { received_.clear(); }
  std::vector<json> all(std::string_view type) const {
    std::vector<json> found;
    for (const auto& event : received_) {
      if (event.at("type") == type) found.push_back(event);
    }
    return found;
  }
  bool has(std::string_view type) const { return !all(type).empty(); }
  /// The newest event of a type, or the reply to a request; null if there is none.
  json last(std::string_view type) const {
    const auto found = all(type);
    return found.empty() ? json() : found.back();
  }
  json reply(const json& id) const {
    for (const auto& event : received_) {
      if (event.contains("id") && event["id"] == id) return event;
    }
    return {};
  }
  std::optional<int> close_code() const { return close_code_; }

  void flush(Outbox& outbox) override {
    ++flushes;
    if (!reads) return;
    Outbox::Slice slice;
    while (outbox.peek({&slice, 1}) == 1) {
      bytes_ += std::string_view(slice);
      outbox.consume(slice.size);
    }
    take_frames();
    session_->memberships().on_drained(*session_);
  }
  void ping() override { ++pings; }
  void finish() override { finished = true; }
  void abort() override { aborted = true; }
  std::uint64_t address() const override { return from; }

  bool reads = true;       // false: the peer takes nothing
  std::uint64_t from = 1;  // its address
  int flushes = 0;
  int pings = 0;
  int pongs = 0;
  bool finished = false;
  bool aborted = false;

 private:
  std::uint64_t number(std::size_t at, std::size_t size) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes_[at + i]);
    return value;
  }
  void take_frames() {
    std::size_t at = 0;
    while (at < bytes_.size()) {
      const auto opcode = number(at, 1) & 0x0f;
      std::uint64_t length = number(at + 1, 1);
      std::size_t head = 2;
      if (length == 126) {
        length = number(at + 2, 2);
        head = 4;
      } else if (length == 127) {
        length = number(at + 2, 8);
        head = 10;
      }
      if (opcode == 1) received_.push_back(json::parse(bytes_.substr(at + head, length)));
      if (opcode == 10) ++pongs;
      if (opcode == 8) close_code_ = static_cast<int>(number(at + head, 2));
      at += head + length;
    }
    bytes_.clear();
  }

  std::optional<Session> session_;
  std::string bytes_;
  std::vector<json> received_;
  std::optional<int> close_code_;
};

}  // namespace chat
