#pragma once

#include <string>
#include <string_view>

#include "chat/protocols/socketio_settings.hpp"
#include "chat/sessions/dialogue.hpp"

namespace chat {

/// Engine.IO 4 (docs/engine.io-protocol/v4-current.md in socketio/socket.io), which carries Socket.IO: packets over
/// polls or a WebSocket, and the server's pings. `settings` outlives the dialogue. Owner and thread: its session's.
class EngineDialogue : public Dialogue {
 public:
  explicit EngineDialogue(const SocketIOSettings& settings) : settings_(settings) {}

  void begin(Session& session) override;
  void receive(Session& session, std::string_view packet) final;
  void receive_binary(Session& session, std::string_view bytes) final { on_binary(session, bytes); }
  void check_alive(Session&, Instant) override {}  // keep_alive() does
  void keep_alive(Session& session, Instant now) final;
  bool has_signs_of_life() const override { return true; }
  bool moves_when_closed() const override { return true; }
  void release() override { delete this; }

 protected:
  virtual void on_message(Session& session, std::string_view message) = 0;
  virtual void on_binary(Session& session, std::string_view bytes) = 0;
  const SocketIOSettings& settings() const { return settings_; }

 private:
  const SocketIOSettings& settings_;
  bool pinged_ = false;  // the time for the answer is running
  bool awaited_ = false;
};

/// The first packet of a connection: its id, and how it may go on. `upgrades`: JSON.
std::string open_packet(const SocketIOSettings& settings, std::string_view sid, std::string_view upgrades);

}  // namespace chat
