#include <fmt/format.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/memory.hpp"
#include "chat/rooms/pace.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/outbox.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/sessions/transport.hpp"
#include "protocols/chat_v1/dialogue.hpp"
#include "protocols/chat_v1/formats.hpp"
#include "protocols/socketio/codec.hpp"
#include "protocols/socketio/dialogue.hpp"
#include "support/manual_clock.hpp"
#include "support/run_until.hpp"

/// A node without sockets that always does the same: the cost of a delivery in instructions, which no other program on
/// the machine can disturb. tests/bench/instructions runs it under callgrind, which counts inside measured_part only.
///
/// The same of clients of Socket.IO, which are in the lobby, too: said.socketio, brought.socketio.
///
///   chat-instructions said      a member sends one message a turn: decoded, appended, put in order, encoded, and taken
///                               out of every member's outbox; the sender gets its ack
///   chat-instructions brought   the backplane brings 64 messages a turn
///   chat-instructions compiler  prints the conditions of the counts
namespace chat {
namespace {

constexpr std::size_t kMembers = 64;
constexpr std::size_t kMessages = 1024;
constexpr std::size_t kBrought = 64;  // messages a turn

/// What the clients speak.
class Protocol {
 public:
  virtual ~Protocol() = default;
  virtual Format format() const = 0;
  virtual DialoguePtr dialogue() const = 0;
  /// What a client says to be in the room.
  virtual std::vector<std::string> entry() const = 0;
  /// A request to send a message.
  virtual std::string message(std::string_view text) const = 0;
};

class ChatV1 final : public Protocol {
 public:
  Format format() const override { return chat_v1_formats().websocket; }
  DialoguePtr dialogue() const override { return chat_v1_dialogue(); }
  std::vector<std::string> entry() const override { return {R"({"type":"join","id":1,"room":"plaza"})"}; }
  std::string message(std::string_view text) const override {
    return fmt::format(R"({{"type":"send","id":7,"room":"plaza","text":"{}"}})", text);
  }
};

class SocketIO final : public Protocol {
 public:
  Format format() const override { return socketio_format(request_, settings_); }
  DialoguePtr dialogue() const override { return socketio_dialogue(request_, transport_, settings_); }
  std::vector<std::string> entry() const override { return {"40", R"(420["join",{"room":"plaza"}])"}; }
  std::string message(std::string_view text) const override {
    return fmt::format(R"(427["send",{{"room":"plaza","text":"{}"}}])", text);
  }

 private:
  HttpRequest request_;
  TransportSettings transport_{};
  SocketIOSettings settings_;
};

/// A client whose socket takes everything at once.
class Member final : public Transport {
 public:
  Member(Shard& shard, const Protocol& protocol) : session_(shard, *this, protocol.format(), protocol.dialogue()) {}
  void say(std::string_view request) { session_.receive(request); }

  void flush(Outbox& outbox) override {
    static std::array<Outbox::Slice, 64> slices;  // making them anew would cost more than the measured part
    while (const auto count = outbox.peek(slices)) {
      std::size_t bytes = 0;
      for (std::size_t i = 0; i < count; ++i) bytes += slices[i].size;
      outbox.consume(bytes);
      taken += bytes;
    }
    session_.memberships().on_drained(session_);
  }
  void ping() override {}
  void finish() override {}
  void abort() override {}
  std::uint64_t address() const override { return 1; }

  std::size_t taken = 0;

 private:
  Session session_;
};

/// The rooms, one shard and a full room on one loop.
struct Node {
  explicit Node(const Protocol& protocol) {
    mailbox.attach(shard);
    rooms.start();
    settle(loop);
    for (std::size_t i = 0; i < kMembers; ++i) {
      members.emplace_back(shard, protocol);
      for (const auto& request : protocol.entry()) {
        members.back().say(request);
        settle(loop);
      }
    }
    const auto joined = members.back().taken;  // presence of the joined member is published a little later
    run_until(loop, [&] { return members.back().taken > joined; });
    backends->backplane().top("plaza", [this](const Result<Position>& top) { epoch = top->epoch; });
    settle(loop);
  }

  boost::asio::io_context loop;
  ManualClock clock;
  std::unique_ptr<ClusterServices> backends = make_memory_services(loop, make_memory_bus({}));
  RoomService rooms{loop, *backends, "chat-1.life", {}, clock};
  RoomMailbox mailbox{loop, rooms};
  SessionSettings settings{"chat-1", {}, {}};
  std::unique_ptr<RateTable> rates = std::make_unique<RateTable>();
  Shard shard{0, loop, mailbox, settings, *rates, clock};
  std::deque<Member> members;
  Epoch epoch;
};

/// The text of each message: 128 bytes.
std::string text() { return std::string(128, 'x'); }

struct Said {
  explicit Said(const Protocol& protocol) : request(protocol.message(text())) {}

  [[gnu::noinline]] void measured_part(Node& node) const {
    for (std::size_t i = 0; i < kMessages; ++i) {
      node.members.front().say(request);
      settle(node.loop);
    }
  }

  std::string request;
};

struct Brought {
  explicit Brought(const Protocol&) {}

  std::string body =
      encode_body({{"0123456789abcdef", "Ana"}, {Content::Kind::text, text()}, 1'795'262'400'123, "chat-2", "", 0});
  std::vector<std::string_view> bodies{kBrought, body};

  [[gnu::noinline]] void measured_part(Node& node) const {
    for (Offset first = 1; first <= kMessages; first += kBrought) {
      node.rooms.on_published("plaza", node.epoch, first, bodies);
      node.rooms.on_batch_end();
      settle(node.loop);
      node.clock.advance(Pace::kGathering);
    }
  }
};

/// Prints how many deliveries there were, each of which must have happened.
template <class Scenario>
int run(const Protocol& protocol) {
  const Scenario scenario(protocol);
  Node node(protocol);
  scenario.measured_part(node);
  fmt::print("{}\n", node.shard.deliveries());
  return node.shard.deliveries() == kMembers * kMessages ? 0 : 1;
}

int print_compiler() {
#ifdef __clang__
  fmt::print("clang-{}\n", __clang_major__);
#else
  fmt::print("gcc-{}\n", __GNUC__);
#endif
  return 0;
}

}  // namespace
}  // namespace chat

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  if (what == "said") return chat::run<chat::Said>(chat::ChatV1());
  if (what == "brought") return chat::run<chat::Brought>(chat::ChatV1());
  if (what == "said.socketio") return chat::run<chat::Said>(chat::SocketIO());
  if (what == "brought.socketio") return chat::run<chat::Brought>(chat::SocketIO());
  if (what == "compiler") return chat::print_compiler();
  fmt::print(stderr, "usage: chat-instructions said|brought[.socketio]|compiler\n");
  return 2;
}
