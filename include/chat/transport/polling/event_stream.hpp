#pragma once

#include <string>
#include <string_view>

#include "chat/transport/http/http.hpp"
#include "chat/transport/io/descriptor.hpp"
#include "chat/transport/polling/logical_connection.hpp"

namespace chat {

/// Sends all frames to its client in one response that does not end: Server-Sent Events (HTML standard §9.2).
/// Life: opening (nothing is written until others can ask for it, because the client may answer the first byte) → open
/// → closing (the last event is on its way) → ended.
/// Thread: its shard. Owner: LogicalConnections.
class EventStream final : public LogicalConnection, private SocketPoller::Watcher {
 public:
  /// The beginning of the response: its head, and the first event.
  struct Opening {
    HttpResponse head;
    std::string event;
  };
  EventStream(LogicalConnections& owner, std::string_view id, Admitted client, Format format, DialoguePtr dialogue,
              Descriptor socket, Opening opening);

 private:
  void on_addressable(bool is) override;
  void look(Instant now) override;
  void poll(std::uint64_t ack, const Answer& answer) override;

  void flush(Outbox& outbox) override;
  void ping() override;
  void finish() override;
  void abort() override { end(); }
  std::string_view name() const override { return "sse"; }

  void on_readable() override;
  void on_writable() override;

  void open();
  void refuse();
  bool write_at_once(std::string_view text);
  void end();

  Descriptor socket_;
  Opening opening_;
  Instant last_moment_ = Instant::max();  // while closing
  bool open_ = false;
  bool waiting_to_write_ = false;
};

}  // namespace chat
