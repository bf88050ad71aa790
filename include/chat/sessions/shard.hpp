#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"
#include "chat/base/mailbox.hpp"
#include "chat/base/rate_limit.hpp"
#include "chat/base/rate_table.hpp"
#include "chat/base/thread_check.hpp"
#include "chat/core/authenticator.hpp"
#include "chat/core/policy.hpp"
#include "chat/core/position.hpp"
#include "chat/rooms/shard_port.hpp"
#include "chat/sessions/alarm_queue.hpp"
#include "chat/sessions/deadline_queue.hpp"

namespace chat {

class BatchWriter;
class Door;
class RoomMailbox;
class Session;
class SessionWatch;
class TraceStarts;

/// What all sessions of a node are held to and told.
struct SessionSettings {
  std::string node;
  RateLimit messages{10, 20};   // of a connection
  RateLimit requests{20, 100};  // of a connection and of a person, in units of rooms/prices.hpp
  RateLimit address_requests{};
  RateLimit address_input{};             // bytes
  RateLimit address_faults{};            // tokens of HTTP requests that are not accepted
  std::uint32_t guests_per_address = 0;  // that count as so many persons in slow mode; 0: any number
  const Policy* policy = &open_policy();
  const Authenticator* authenticator = nullptr;  // null: tokens are off
  bool requires_token = false;
  /// Whether the application has this method. Thread: every shard's. Empty: it has none.
  std::function<bool(std::string_view)> has_method{};
  SessionWatch* watch = nullptr;  // null: none
  Door* door = nullptr;           // null: no application decides
  TraceStarts* traces = nullptr;  // null: no message is traced
};

/// A room as one shard knows it.
struct LocalRoom {
  std::string_view name;       // the key it stands under
  std::uint32_t sessions = 0;  // members, and those who are about to be
  std::vector<Session*> members;
  Position last{};  // of the last message that the members have been sent
};

/// One thread, one io_context, and the sessions that live on it for life. Shards share nothing but the frames they
/// send. At the end of each turn every session with something to send is flushed once. Thread: its own, but for post()
/// and the counters.
class Shard final : public ShardPort {
 public:
  /// Shard 0's context is the loop of the rooms too, so that a node of one shard is one thread.
  Shard(std::uint32_t index, boost::asio::io_context& context, RoomMailbox& rooms, const SessionSettings& settings,
        RateTable& rates, const Clock& clock);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  boost::asio::io_context& context() { return context_; }
  /// Starts the clockwork; call before running the context.
  void start();
  /// What the clockwork does once a second.
  void tick();
  /// From any thread. `bytes`: see Mailbox.
  void post(ShardMail mail, std::size_t bytes = 0) override { mailbox_.post(std::move(mail), bytes); }
  /// From any thread.
  bool is_congested() const override { return mailbox_.is_full(); }

  std::uint64_t session_count() const { return session_count_.load(std::memory_order_relaxed); }
  std::uint64_t deliveries() const { return deliveries_.load(std::memory_order_relaxed); }
  /// Sessions that watch the cluster.
  std::size_t watcher_count() const { return watcher_count_.load(std::memory_order_relaxed); }
  /// Those that asked for what operators see.
  std::size_t operator_count() const { return operator_count_.load(std::memory_order_relaxed); }
  bool is_draining() const { return draining_; }

  // For the sessions and connections of this shard.
  RoomMailbox& rooms() { return room_mailbox_; }
  const SessionSettings& settings() const { return settings_; }
  /// The node's meters of persons and addresses.
  RateTable& rates() { return rates_; }
  const Clock& clock() const { return clock_; }
  /// A client that has not greeted the node within this time is closed.
  SessionRef add(Session& session, Format format, Seconds greeting);
  void remove(Session& session);
  /// The room, for one more session until detach().
  LocalRoom& attach(const std::string& room);
  void detach(LocalRoom& room);
  /// Makes the session a member; returns its place in the list.
  std::uint32_t enter(LocalRoom& room, Session& session);
  void leave(LocalRoom& room, std::uint32_t index);
  /// nullptr: it has ended.
  Session* find(SessionRef who);
  void mark_dirty(Session& session);
  /// Calls `visit` for each session; it may close the session.
  template <class Visit>
  void for_each_session(Visit visit) {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot].session != nullptr) visit(*slots_[slot].session);
    }
  }
  /// Calls Dialogue::keep_alive() of the session after a while.
  void keep_alive_later(const Session& session, Milliseconds after);
  /// Calls SessionToken::on_alarm() at this moment, or up to a second later.
  void wake(SessionRef session, Instant due) { alarms_.add(session, due); }
  /// Calls Memberships::on_drained() of the session in a moment.
  void replay_later(const Session& session);
  /// Shows the session the cluster, or no longer.
  void watch(SessionRef session, bool on, bool details);
  void write_through(BatchWriter& writer) { writer_ = &writer; }
  /// Shared by all connections while they read: what is left over is theirs to keep.
  std::array<char, 128 * 1024>& read_buffer() { return *read_buffer_; }

 private:
  struct Slot {
    Session* session = nullptr;
    std::uint32_t generation = 0;
  };

  void handle(to_shard::Answer& mail);
  void handle(to_shard::Admitted& mail);
  void handle(to_shard::Replayed& mail);
  void handle(to_shard::JoinRefused& mail);
  void handle(to_shard::ToRoom& mail);
  void handle(to_shard::ToAll& mail);
  void handle(to_shard::Drain& mail);
  void handle(to_shard::Move& mail);
  void handle(to_shard::CloseAll& mail);
  void handle(to_shard::Seen& mail);
  void handle(to_shard::Recheck& mail);
  void count_watchers();
  void keep_alive(SessionRef who);
  void ask_to_move(std::size_t from, Milliseconds over);
  void flush_after(int hops);
  void flush();
  void note_traced(const to_shard::ToRoom& mail);
  void tell_written();

  boost::asio::io_context& context_;
  std::uint32_t index_;
  [[no_unique_address]] ThreadCheck thread_;
  RoomMailbox& room_mailbox_;
  const SessionSettings& settings_;
  RateTable& rates_;
  const Clock& clock_;
  Mailbox<ShardMail> mailbox_;
  boost::asio::steady_timer tick_timer_;
  std::uint64_t ticks_ = 0;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  DeadlineQueue greetings_;
  DeadlineQueue keepalives_;
  AlarmQueue alarms_;
  DeadlineQueue replays_;  // that had to wait
  struct Departure {
    SessionRef who;
    Instant moment;
  };
  std::vector<Departure> departures_;
  TextMap<std::unique_ptr<LocalRoom>> rooms_;
  struct Watcher {
    SessionRef session;
    bool details;
  };
  std::vector<Watcher> watchers_;  // of the cluster
  std::vector<Session*> dirty_;
  std::vector<WrittenBatch> traced_;  // that leave with the next flush
  BatchWriter* writer_ = nullptr;
  std::unique_ptr<std::array<char, 128 * 1024>> read_buffer_;
  std::minstd_rand jitter_{std::random_device{}()};
  std::atomic<std::uint64_t> session_count_{0};
  std::atomic<std::uint64_t> deliveries_{0};
  std::atomic<std::size_t> watcher_count_{0};
  std::atomic<std::size_t> operator_count_{0};
  bool draining_ = false;
};

}  // namespace chat
