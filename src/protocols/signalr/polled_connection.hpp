#pragma once

#include "chat/transport/polling/polled_connection.hpp"

namespace chat {

/// Long polling as SignalR's clients do it (TransportProtocols.md in dotnet/aspnetcore, src/SignalR/docs/specs). Their
/// polls do not say which answer they have. One is only made when the last has been answered, so a poll means that its
/// client has the answer before, unless something between them asked again by itself, as a proxy does whose node has
/// died. So an answer counts when the node that the poll came to has written it; if the next poll is there and that is
/// not known soon, the connection ends, and the client starts again with its cursors: nothing is lost unnoticed.
class SignalRPolledConnection final : public PolledConnection {
 public:
  using PolledConnection::PolledConnection;

 private:
  void look(Instant now) override;
  void poll(std::uint64_t ack, const Answer& answer) override;
  void written(std::uint64_t ack) override;
  void abort() override;

  void take_poll(std::uint64_t ack, PollMailbox::Answer answer) override;
  ConnectionAnswer answer_with(std::uint64_t number, const std::string& events) const override;
  void on_told() override { over_ = true; }

  bool over_ = false;  // the next poll is told so
};

}  // namespace chat
