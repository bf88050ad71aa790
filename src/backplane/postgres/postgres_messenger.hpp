#pragma once

#include <string>
#include <string_view>

#include "backplane/pending_answers.hpp"
#include "backplane/postgres/postgres_backplane.hpp"
#include "chat/backplane/messenger.hpp"
#include "chat/base/hash.hpp"

namespace chat::postgres {

/// A row for each connection that this node holds, with the channel on which the node listens. Requests to its own
/// connections do not use PostgreSQL. Thread: the backplane loop.
class PostgresMessenger final : public Messenger, private PostgresBackplane::Follower {
 public:
  explicit PostgresMessenger(PostgresBackplane& backplane);
  void listen(std::string address, Handler handler, Completion<bool> done) override;
  void unlisten(std::string_view address) override;
  void ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) override;

 private:
  void on_available(bool is_available) override;
  void on_stop() override;
  void enter(const std::string& address, Completion<bool> done);
  void send(std::uint64_t number, const std::string& address, std::string_view head, std::string_view request);
  void watch(std::uint64_t number, const std::string& address, Seconds after);
  void hand_over(std::uint64_t number, std::string_view address, std::string_view request);
  void on_request(std::string_view head, std::string_view request);
  bool is_channel(std::string_view text) const;
  bool others_are_back() const;

  PostgresBackplane& backplane_;
  TextMap<Handler> held_;
  PendingAnswers pending_;  // of other nodes
  PendingAnswers own_;      // of connections that are held here
  bool was_away_ = false;
  Instant back_since_{};
};

}  // namespace chat::postgres
