#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apps/load/backoff.hpp"
#include "apps/load/outbox.hpp"
#include "apps/load/run.hpp"

namespace chat::load {

/// A member of one room: connects, joins, sends when told, and hands every delivery to the checker. With --reconnect it
/// reconnects by itself, to another endpoint, and resumes from its cursor.
class Client {
 public:
  /// Clients are numbered room by room. `sends` is true for a sender.
  void assign(std::uint32_t number, bool sends, std::uint32_t endpoint, const Options& options);
  void open(Run& run);
  void on_event(std::uint32_t events, Run& run);
  void on_alarm(std::int64_t at, Run& run);

  /// Sends one message that was due at `due`. A client that is away sends it after its next join.
  void send(std::int64_t due, Run& run);
  /// Sends until the window is full.
  void fill_window(Run& run);

 private:
  struct Cursor {
    Names::Number epoch = 0;
    std::uint64_t offset = 0;  // of the last message; without offsets, the number of messages received
  };
  struct Recovery {
    std::int64_t cut = 0;         // when the connection ended; 0 once the client has caught up
    std::uint64_t missed_to = 0;  // the client has caught up at this offset
  };
  enum class Phase : std::uint8_t { waiting, opening, joined, away, gone };

  // client.cpp: the connection
  Identity identity(const Run& run) const;
  void greet(Run& run);
  void say(const std::vector<std::string>& frames, Run& run);
  void flush(Run& run);
  void on_text(std::string_view text, std::int64_t now, Run& run);
  void on_error(const ServerObject& object, Run& run);
  void on_other(const ServerObject& object, Run& run);
  void leave_for_good(Run& run);

  // client_receiving.cpp
  void on_joined(const ServerObject& object, std::int64_t now, Run& run);
  void on_message(const RecentFrames::Frame& frame, std::int64_t now, Run& run);
  void on_stamped(const ServerObject& object, const Stamp& stamp, std::int64_t now, Run& run);
  void on_data_loss(const ServerObject& object, Run& run);

  // client_sending.cpp
  void transmit(Run& run);
  void on_ack(const ServerObject& object, std::int64_t now, Run& run);
  void on_answer(const Outbox::Message& message, std::int64_t now, Run& run);

  // client_returning.cpp
  void on_closed(Run& run);
  void go_away(const std::string& reason, Run& run);
  void come_back_later(std::int64_t stay_away_ms, Run& run);
  void on_rejoined(const ServerObject& object, std::int64_t now, Run& run);
  void look_whether_caught_up(std::int64_t now, Run& run);
  void wake_at(std::int64_t at, Run& run);

  Connection connection_;
  std::uint32_t number_ = 0;
  std::uint32_t room_ = 0;
  std::uint32_t seat_ = 0;
  std::uint32_t endpoint_ = 0;
  Phase phase_ = Phase::waiting;
  bool greeted_ = false;
  bool sends_ = false;
  bool has_been_in_ = false;
  Backoff backoff_;
  Names::Number node_ = 0;
  Cursor cursor_;
  Outbox outbox_{Dialect::kJoinId + 1};

  std::int64_t alarm_ = Alarms::kNever;  // when to leave for another endpoint, or to reconnect
  Recovery recovery_;
};

}  // namespace chat::load
