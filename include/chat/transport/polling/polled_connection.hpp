#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chat/transport/http/http.hpp"
#include "chat/transport/polling/logical_connection.hpp"
#include "chat/transport/polling/poll_mailbox.hpp"

namespace chat {

/// Answers each poll of its client with the frames there are, or waits up to kPending for some: long polling (RFC 6202
/// §2). A client that does not poll for kUnpolled is gone.
/// Thread: its shard. Owner: LogicalConnections.
class PolledConnection : public LogicalConnection {
 public:
  /// How long a poll waits: below the 30 s after which the first proxies on the way give a silent request up.
  static constexpr Seconds kPending{25};
  static constexpr Seconds kUnpolled{30};

  /// `opened` is called once: with true if the connection exists now.
  PolledConnection(LogicalConnections& owner, std::string_view id, Admitted client, Format format, DialoguePtr dialogue,
                   std::function<void(bool is)> opened);

 protected:
  void look(Instant now) override;
  void poll(std::uint64_t ack, const Answer& answer) override;
  void flush(Outbox& outbox) override;
  void abort() override;
  void finish() override {}  // the next poll gets the last event
  std::string_view name() const override { return "poll"; }

  /// Gives the mailbox a poll; `ack` is as it came.
  virtual void take_poll(std::uint64_t ack, PollMailbox::Answer answer);
  /// The answer to a poll; no events: none came in time, or another poll came.
  virtual ConnectionAnswer answer_with(std::uint64_t number, const std::string& events) const;
  /// The client has all frames, the last one too.
  virtual void on_told() { remove(); }

  PollMailbox& mailbox() { return polls_->mailbox; }
  /// The last poll has been waiting, or none has been there.
  Instant since() const { return polls_->since; }
  /// There will be no poll any more: gives back what polls take. Nothing above is called from now on.
  void end_polls() { polls_.reset(); }

 private:
  void on_addressable(bool is) override;
  void ping() override {}  // polls are signs enough

  void after_answer();

  struct Polls {
    std::function<void(bool is)> opened;
    Instant since;  // the last poll has been waiting, or none has been there
    PollMailbox mailbox{};
  };
  std::unique_ptr<Polls> polls_;
};

}  // namespace chat
