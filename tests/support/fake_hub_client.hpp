#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/codec/websocket_framing.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"
#include "protocols/signalr/dialogue.hpp"

namespace chat {

/// A SignalR client in JSON without a socket: a session, and a transport that keeps the records it was sent.
class FakeHubClient final : public Transport {
 public:
  explicit FakeHubClient(Shard& shard) : shard_(shard) { reconnect({}); }
  /// Begins anew; the parameters: see signalr_dialogue().
  void reconnect(const Negotiated& negotiated, const HubProfile& profile = default_profile()) {
    const auto& dialect = dialect_of(profile);
    session_.emplace(shard_, *this, dialect.websocket.handshake,
                     signalr_dialogue(settings_, dialect, dialect.websocket, negotiated));
  }
  FakeHubClient(const FakeHubClient&) = delete;
  FakeHubClient& operator=(const FakeHubClient&) = delete;

  Session& session() { return *session_; }
  void disconnect() { session_.reset(); }

  void say_raw(std::string_view payload) { session_->receive(payload); }
  void say(const nlohmann::json& message) { say_raw(message.dump() + '\x1e'); }
  void shake_hands(int version = 1) { say({{"protocol", "json"}, {"version", version}}); }
  void invoke(const std::string& id, const std::string& target, const nlohmann::json& arguments) {
    say({{"type", 1}, {"invocationId", id}, {"target", target}, {"arguments", arguments}});
  }

  /// Records, in order; those that belong to WebSockets are left out.
  const std::vector<nlohmann::json>& received() const { return received_; }
  void forget() { received_.clear(); }
  nlohmann::json completion(const std::string& id) const {
    for (const auto& message : received_) {
      if (message.value("type", 0) == 3 && message["invocationId"] == id) return message;
    }
    return {};
  }
  std::vector<nlohmann::json> all(int type) const {
    std::vector<nlohmann::json> found;
    for (const auto& message : received_) {
      if (message.value("type", 0) == type) found.push_back(message);
    }
    return found;
  }
  std::vector<nlohmann::json> calls(std::string_view target) const {
    std::vector<nlohmann::json> found;
    for (const auto& message : all(1)) {
      if (message["target"] == target) found.push_back(message["arguments"]);
    }
    return found;
  }
  std::optional<int> close_code() const { return close_code_; }

  void flush(Outbox& outbox) override {
    Outbox::Slice slice;
    while (outbox.peek({&slice, 1}) == 1) {
      const std::string bytes{std::string_view(slice)};
      outbox.consume(slice.size);
      take(bytes);
    }
    session_->memberships().on_drained(*session_);
  }
  void ping() override {}
  void finish() override { finished = true; }
  std::uint64_t address() const override { return 1; }
  void abort() override { aborted = true; }

  bool finished = false;
  bool aborted = false;

 private:
  void take(std::string_view frames) {
    while (!frames.empty()) {
      const auto opcode = static_cast<Opcode>(frames.front() & 0x0f);
      auto payload = take_websocket_payload(frames);
      if (opcode == Opcode::close) {
        close_code_ = static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
      }
      while (opcode == Opcode::text && !payload.empty()) {
        const auto end = payload.find('\x1e');
        received_.push_back(nlohmann::json::parse(payload.substr(0, end)));
        payload.remove_prefix(end + 1);
      }
    }
  }

  Shard& shard_;
  SignalRSettings settings_;
  std::optional<Session> session_;
  std::vector<nlohmann::json> received_;
  std::optional<int> close_code_;
};

}  // namespace chat
