#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chat/base/clock.hpp"
#include "chat/base/mailbox.hpp"
#include "chat/base/rate_limit.hpp"
#include "chat/base/rate_table.hpp"
#include "chat/base/thread_check.hpp"
#include "chat/core/authenticator.hpp"
#include "chat/core/policy.hpp"
#include "chat/rooms/shard_port.hpp"
#include "chat/sessions/shard/clockwork.hpp"
#include "chat/sessions/shard/departures.hpp"
#include "chat/sessions/shard/flush_list.hpp"
#include "chat/sessions/shard/local_rooms.hpp"
#include "chat/sessions/shard/session_table.hpp"
#include "chat/sessions/shard/watchers.hpp"

namespace chat {

class Door;
class RoomMailbox;
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

/// One thread, one io_context, and the sessions that live on it for life. Shards share nothing but the frames they
/// send. Thread: its own, but for post() and the counters. Owner: the node.
class Shard final : public ShardPort {
 public:
  /// Shard 0's context is the loop of the rooms too, so that a node of one shard is one thread.
  Shard(std::uint32_t index, boost::asio::io_context& context, RoomMailbox& rooms, const SessionSettings& settings,
        RateTable& rates, const Clock& clock);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  boost::asio::io_context& context() { return context_; }
  /// From any thread. `bytes`: see Mailbox.
  void post(ShardMail mail, std::size_t bytes = 0) override { mailbox_.post(std::move(mail), bytes); }
  /// From any thread.
  bool is_congested() const override { return mailbox_.is_full(); }
  /// From any thread.
  std::uint64_t deliveries() const { return deliveries_.load(std::memory_order_relaxed); }

  RoomMailbox& rooms() { return rooms_; }
  const SessionSettings& settings() const { return settings_; }
  /// The node's meters of persons and addresses.
  RateTable& rates() { return rates_; }
  const Clock& clock() const { return clock_; }

  SessionTable& sessions() { return sessions_; }
  const SessionTable& sessions() const { return sessions_; }
  LocalRooms& local_rooms() { return local_rooms_; }
  FlushList& flush_list() { return flush_list_; }
  Clockwork& clockwork() { return clockwork_; }
  Watchers& watchers() { return watchers_; }
  const Watchers& watchers() const { return watchers_; }
  bool is_draining() const { return departures_.is_draining(); }
  /// Shared by all connections while they read: what is left over is theirs to keep.
  std::array<char, 128 * 1024>& read_buffer() { return *read_buffer_; }

 private:
  struct Reader;
  void deliver(to_shard::ToRoom& mail);

  boost::asio::io_context& context_;
  [[no_unique_address]] ThreadCheck thread_;
  RoomMailbox& rooms_;
  const SessionSettings& settings_;
  RateTable& rates_;
  const Clock& clock_;
  Mailbox<ShardMail> mailbox_;
  SessionTable sessions_;
  LocalRooms local_rooms_;
  FlushList flush_list_;
  Departures departures_;
  Clockwork clockwork_;
  Watchers watchers_;
  std::unique_ptr<std::array<char, 128 * 1024>> read_buffer_;
  std::atomic<std::uint64_t> deliveries_{0};
};

}  // namespace chat
