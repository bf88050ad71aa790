#pragma once

#include <string>

#include "chat/transport/http/http.hpp"
#include "chat/transport/polling/logical_connection.hpp"
#include "chat/transport/polling/poll_mailbox.hpp"

namespace chat {

/// Tells its client what there is whenever that asks, and lets it wait a while where there is nothing: long polling
/// (RFC 6202 §2). A client that does not ask for kUnpolled is gone.
/// Thread: its shard. Owner: LogicalConnections.
class PolledConnection : public LogicalConnection {
 public:
  /// How long a poll waits: below the 30 s after which the first proxies on the way give a silent request up.
  static constexpr Seconds kPending{25};
  static constexpr Seconds kUnpolled{30};

  /// `opened` is told once whether there is a connection now.
  PolledConnection(LogicalConnections& owner, std::string id, Admitted client, Format format, DialoguePtr dialogue,
                   std::function<void(bool is)> opened);

 protected:
  void look(Instant now) override;
  void poll(std::uint64_t ack, const Answer& answer) override;
  void flush(Outbox& outbox) override;
  void abort() override;

  /// Gives the mailbox a poll; `ack` is as it came.
  virtual void take_poll(std::uint64_t ack, PollMailbox::Answer answer);
  /// What a poll is answered; no events: there was nothing for too long, or another came.
  virtual ConnectionAnswer answer_with(std::uint64_t number, const std::string& events) const;
  /// The client has been told everything, the end too.
  virtual void on_told() { remove(); }

  PollMailbox& mailbox() { return mailbox_; }
  /// The last poll has been waiting, or none has been there.
  Instant since() const { return since_; }

 private:
  void on_addressable(bool is) override;
  void ping() override {}    // polls are signs enough
  void finish() override {}  // the next poll gets the last event

  void after_answer();

  std::function<void(bool is)> opened_;
  PollMailbox mailbox_;
  Instant since_;  // the last poll has been waiting, or none has been there
};

}  // namespace chat
