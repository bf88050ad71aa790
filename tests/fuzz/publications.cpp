// Messages on the channels of Redis, to which any program may publish: messages into the log of a room, signals,
// questions and answers of other nodes. Each input is a list of payloads: the channel, the length, the bytes.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/presence_store.hpp"
#include "chat/base/assert.hpp"
#include "chat/base/utf8.hpp"
#include "chat/rooms/room_log.hpp"
#include "fuzz/choices.hpp"
#include "fuzz/fake_redis.hpp"

namespace {

using namespace chat;
using redis::FakeRedis;

/// Follows a room as the rooms of a node do.
class Sink final : public BackplaneSink {
 public:
  struct Published {
    std::string epoch;
    Offset first = 0;
    std::vector<std::string> bodies;
    bool operator==(const Published&) const = default;
  };

  Sink() { begin_anew(); }

  void begin_anew() {
    log_ = {};
    log_.start({{"e", 0}, {{"d", 3}}});
    shown_ = 0;
  }

  void on_published(std::string_view room, std::string_view epoch, Offset first,
                    std::span<const std::string_view> bodies) override {
    CHAT_ASSERT(room == "lobby" && first > 0);
    last = {std::string(epoch), first, {bodies.begin(), bodies.end()}};
    for (const auto body : bodies) {
      CHAT_ASSERT(first != 0);  // the offsets of one publication rise
      CHAT_ASSERT(body.find('\n') == std::string_view::npos);
      log_.offer(epoch, {first++, decode_body(body)});
    }
    repair();
  }
  void on_signal(std::string_view room, Signal kind, std::string_view payload) override {
    CHAT_ASSERT(room == "lobby");
    if (kind != Signal::presence) return;
    const auto change = decode_presence_change(payload);
    if (!change) return;
    for (const auto& user : change->joined) CHAT_ASSERT(is_utf8(user.id) && is_user_name(user.name));
    for (const auto& id : change->left) CHAT_ASSERT(is_utf8(id));
    const auto again = decode_presence_change(encode(*change));
    CHAT_ASSERT(again && again->instance == change->instance && again->joined == change->joined &&
                again->left == change->left);
  }
  void on_broadcast(std::string_view) override {}
  void on_batch_end() override {}
  bool is_full() const override { return false; }
  void on_available(StoreShard, bool) override {}

  Published last;

 private:
  /// As Repair::repair(), with a store that is empty.
  void repair() {
    look();
    if (log_.has_unknown_epoch()) {
      const LogState state{{log_.last().epoch == "e" ? "f" : "e", 5}, {{log_.last().epoch, 4}}};
      const auto check = log_.reconcile(log_.ask(), state);
      if (check.kind == ResumeCheck::Kind::rewound) shown_ = check.offset;
      if (check.kind == ResumeCheck::Kind::unknown) shown_ = state.top.offset;
    } else if (log_.has_gap() || log_.is_behind()) {
      log_.refill(log_.ask(), 0, {});
    }
    look();
  }
  void look() {
    log_.take_trimmed();
    for (const auto& message : log_.take_deliverable()) {
      CHAT_ASSERT(message.offset > shown_);
      shown_ = message.offset;
    }
  }

  RoomLog log_;
  Offset shown_ = 0;
};

/// As lua/append.lua writes it.
std::string to_payload(const Sink::Published& published) {
  std::string out = "m " + published.epoch + ' ' + std::to_string(published.first);
  for (const auto& body : published.bodies) out += '\n' + body;
  if (!published.bodies.empty() && published.bodies.back().empty()) out += '\n';
  return out;
}

void push(FakeRedis& redis, std::string_view channel, std::string_view payload) {
  redis.answer(FakeRedis::kSubscriptions, redis::to_resp({"smessage", channel, payload}));
}

class Node {
 public:
  Node() : redis_(sink_) {
    const auto on_request = [](std::string_view request, const Messenger::Answer& answer) {
      answer(std::string(request));
    };
    redis_.backends().messenger().listen("here", on_request, [](const Result<bool>&) {});
    redis_.backends().messenger().ask("there", "request", Seconds{1},
                                      [this](const Result<std::string>&) { ++answers_; });
    redis_.poll();
  }

  void begin_anew() { sink_.begin_anew(); }

  void take(std::size_t channel, std::string_view payload) {
    if (channel == 0) return push(redis_, "chat:{here}:asked", payload);
    if (channel == 1) return push(redis_, redis_.answers_channel(), payload);
    sink_.last = {};
    push(redis_, "chat:{lobby}:live", payload);
    if (sink_.last.first == 0) return;
    const auto published = sink_.last;
    push(redis_, "chat:{lobby}:live", to_payload(published));
    CHAT_ASSERT(sink_.last == published);
  }

  void end() {
    redis_.break_off();
    CHAT_ASSERT(answers_ == 1);
  }

 private:
  Sink sink_;
  FakeRedis redis_;
  std::size_t answers_ = 0;
};

}  // namespace

// A node lives through several inputs, because to connect takes fifty times as long as to read one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int kLife = 64;
  static std::optional<Node> node{std::in_place};  // made before it is kept: what it uses must outlive it
  static int inputs = 0;
  Choices choices(data, size);
  node ? node->begin_anew() : void(node.emplace());
  while (!choices.empty()) {
    const auto channel = choices.below(8);
    node->take(channel, choices.text(choices.byte()));
  }
  if (++inputs % kLife == 0) {
    node->end();
    node.reset();
  }
  return 0;
}
