#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "backplane/redis/link_machine.hpp"
#include "support/manual_clock.hpp"

namespace chat::redis {
using testing::ElementsAre;
using testing::IsEmpty;

/// A machine and the socket, the timer and the loop that it would have, with time that passes when a test says so.
class LinkMachineTest : public testing::Test {
 protected:
  struct Answer {
    int times = 0;
    std::string text;  // "(none)": the connection broke
  };

  LinkMachine& machine() {
    if (machine_ == nullptr) machine_ = std::make_unique<LinkMachine>(url, "chatd-test", events(), clock, 1);
    return *machine_;
  }
  LinkMachine::Events events() {
    LinkMachine::Events events{[this] { log.emplace_back("up"); }, [this] { log.emplace_back("down"); }, {}, {}, {}};
    events.on_batch_end = [this] { ++batches; };
    if (is_subscription) {
      events.on_push = [this](const Reply::Part& push) { log.emplace_back(push.first().text()); };
      events.is_held = [this] { return is_held; };
    }
    return events;
  }

  void apply(const LinkActions& actions) {
    if (actions.close) ++closed;
    if (actions.connect) ++connects;
    if (actions.read) ++reads;
    if (actions.fail) fails_due = true;
  }
  /// The names of the commands that it writes; the rest of them is in `written`.
  std::vector<std::string> commands() {
    machine().take_output(written);
    ReplyReader reader;
    reader.feed(written);
    std::vector<std::string> names;
    bool broken = false;
    while (const Reply* command = reader.next(broken)) names.emplace_back(command->root().first().text());
    EXPECT_FALSE(broken);
    return names;
  }
  void receive(std::string_view bytes) { apply(machine().on_bytes(bytes)); }
  void connect() {
    apply(machine().start());
    apply(machine().on_connected("redis:6379"));
  }
  void come_up() {
    connect();
    receive("+OK\r\n+PONG\r\n");
    ASSERT_TRUE(machine().is_up());
    commands();
  }
  ReplyHandler into(Answer& answer) {
    return [&answer](const Reply::Part* reply) {
      ++answer.times;
      answer.text = reply == nullptr ? "(none)" : std::string(reply->text());
    };
  }
  void send(std::initializer_list<std::string_view> command, ReplyHandler handler) {
    apply(machine().send(command, std::move(handler)));
  }
  /// Time passes, and the timer fires whenever it is due.
  void pass(Milliseconds time) {
    for (const Instant end = clock.now() + time; clock.now() < end;) {
      const Instant next = std::min(end, std::max(machine().wake_at(), clock.now() + Milliseconds(1)));
      clock.advance(std::chrono::ceil<Milliseconds>(next - clock.now()));
      if (clock.now() >= machine().wake_at()) apply(machine().on_time());
    }
  }
  Milliseconds pause() { return std::chrono::ceil<Milliseconds>(machine().wake_at() - clock.now()); }

  RedisUrl url;
  ManualClock clock;
  bool is_subscription = false;
  bool is_held = false;
  std::vector<std::string> log;
  int closed = 0, connects = 0, reads = 0, batches = 0;
  bool fails_due = false;
  std::string written;

 private:
  std::unique_ptr<LinkMachine> machine_;
};

}  // namespace chat::redis
