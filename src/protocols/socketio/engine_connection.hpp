#pragma once

#include "chat/transport/polling/upgradable_connection.hpp"

namespace chat {

/// A connection of Engine.IO that began with polls: each answer has the packets there are. As with other polls that do
/// not say which answer they have, an answer counts when the node that the poll came to has written it.
///
/// The frames of its session are for WebSockets, so that all clients share them, and the connection can go on over one:
/// polled → probed (the client tries a socket; polls are answered soon) → upgraded (polls are refused). The socket is
/// its own, or that of another node, which pulls the frames and pushes the packets of the client.
/// Thread: its shard. Owner: LogicalConnections.
class EngineConnection final : public UpgradableConnection {
 public:
  using UpgradableConnection::UpgradableConnection;

 private:
  enum class Stage : std::uint8_t { polled, probed, upgraded };

  void look(Instant now) override;
  boost::beast::http::status receive(std::string_view payload) override;
  void poll(std::uint64_t ack, const Answer& answer) override;
  void written(std::uint64_t ack) override;
  void take_from_socket(const ConnectionRequest& request, const Answer& answer) override;
  void take_poll(std::uint64_t ack, PollMailbox::Answer answer) override;
  ConnectionAnswer answer_with(std::uint64_t number, const std::string& events) const override;
  void abort() override;

  bool wants_socket() const override { return stage_ == Stage::polled && !over_ && !left_; }
  void on_trial(std::string_view packet, bool binary) override;
  void on_trial_ended() override { stage_ = Stage::polled; }

  void begin_post(const Answer& answer);
  void finish_post(const ConnectionRequest& request, const Answer& answer);
  void end_overlap();
  void leave();
  bool probe();
  bool upgrade();
  void read(std::string_view payload);
  void answer_soon();

  Stage stage_ = Stage::polled;
  bool receives_ = false;  // a POST is on its way
  bool left_ = false;      // the client has said that it goes
  bool over_ = false;      // deleted when the turn is over
};

}  // namespace chat
