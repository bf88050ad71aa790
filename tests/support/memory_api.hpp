#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat/api/server_api.hpp"
#include "chat/backplane/memory.hpp"
#include "support/held_backends.hpp"
#include "support/manual_clock.hpp"
#include "support/recording_sink.hpp"
#include "support/run_until.hpp"

namespace chat {

/// Keeps the orders, and has one session for each.
class RecordingSessions final : public SessionControl {
 public:
  void ask(const SessionOrder& order, Completion<std::string> done) override {
    orders.push_back(order);
    done(std::string("null"));
  }
  void carry_out(const SessionOrder& order, Completion<Obeyed> done) override {
    orders.push_back(order);
    const std::size_t listed = order.users.size() + order.sessions.size();
    failure ? done(*failure) : done(Obeyed{std::max<std::size_t>(listed, 1), {}});
  }
  std::vector<SessionOrder> orders;
  std::optional<Failure> failure;
};

/// Obeys, and keeps the last order.
class RecordingModeration final : public Moderation {
 public:
  void carry_out(const Moderate& order, const std::string& by, Completion<Moderated> done) override {
    last = order;
    last_by = by;
    done(Moderated{});
  }
  std::optional<Moderate> last;
  std::string last_by;
};

/// Keeps what operators asked for.
class RecordingOperations final : public ClusterOperations {
 public:
  void find(const std::string& text, Completion<std::string> done) override {
    asked.push_back("find " + text);
    done(std::string(R"({"sessions":[]})"));
  }
  void drain(const std::string& node, Completion<std::string> done) override {
    asked.push_back("drain " + node);
    done(std::string("{}"));
  }
  std::vector<std::string> asked;
};

/// A ServerApi on a memory backplane that may refuse.
class MemoryApi {
 public:
  MemoryApi() { services->backplane().start(sink); }

  /// Carries out a call and waits for its outcome.
  Result<std::string> call(std::string_view method, std::string_view parameters, const ApiKey& key = all()) {
    return await<std::string>(loop, [&](auto done) { api.call(method, parameters, key, std::move(done)); });
  }
  static const ApiKey& all() {
    static const ApiKey key{"shop", "a secret of shop", 7};
    return key;
  }

  boost::asio::io_context loop;
  ManualClock clock;
  RecordingSink sink;
  RecordingSessions sessions;
  RecordingModeration moderation;
  RecordingOperations operations;
  std::unique_ptr<HeldBackends> services =
      std::make_unique<HeldBackends>(make_memory_services(loop, make_memory_bus({100, Seconds(3600)})));
  SanctionBook sanctions{services->kv(), clock, {[](Milliseconds) {}, [] {}}};
  ServerApi api{{*services, sanctions, moderation, sessions, operations, open_policy(), clock, "chat-1"}};
};

}  // namespace chat
