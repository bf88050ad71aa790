// The backplane with any replies of Redis: each call is completed once and not before it returns; its result has a size
// that the bytes can hold, and text where clients see it.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "chat/base/assert.hpp"
#include "chat/base/utf8.hpp"
#include "chat/core/names.hpp"
#include "fuzz/choices.hpp"
#include "fuzz/fake_redis.hpp"
#include "support/recording_sink.hpp"

namespace {

using namespace chat;
using redis::FakeRedis;

constexpr std::string_view kRoom = "lobby";

class Calls {
 public:
  Calls(FakeRedis& redis, std::size_t answer_bytes) : backends_(redis.backends()), answer_bytes_(answer_bytes) {}

  /// Makes a call and returns the connection that it is answered on.
  std::string_view make(std::size_t choice) {
    const std::string room(kRoom);
    switch (choice) {
      case 0:
        backends_.backplane().state(room, expect<LogState>([this](const LogState& state) { check(state); }));
        break;
      case 1:
        backends_.backplane().top(room, expect<Position>([](const Position&) {}));
        break;
      case 2:
      case 3:
        backends_.backplane().history(
            room, {0, 50, 20, choice == 2},
            expect<std::vector<Message>>([this](const std::vector<Message>& messages) { check(messages); }));
        break;
      case 4:
        for (std::uint64_t n = 1; n <= 2; ++n) {
          backends_.backplane().append({room, "sender", n, R"({"text":"hi"})"},
                                       expect<Appended>([](const Appended&) {}));
        }
        returned_ = true;
        return FakeRedis::kAppends;
      case 5:
        backends_.presence().load(
            room, PresenceStore::Through::living_nodes,
            expect<std::vector<PresenceRow>>([this](const std::vector<PresenceRow>& rows) { check(rows); }));
        break;
      case 6:
        backends_.presence().renew("n1.abc", expect<Lease>([this](const Lease& lease) {
                                     CHAT_ASSERT(lease.living.size() <= answer_bytes_ / 3);
                                   }));
        break;
      case 7:
        backends_.presence().change(kRoom, {"n1.abc", {{"u", "Ana"}}, {"v"}}, expect<bool>([](bool) {}));
        break;
      case 8:
        backends_.registry().list(expect<std::vector<NodeCard>>(
            [this](const std::vector<NodeCard>& cards) { CHAT_ASSERT(cards.size() <= answer_bytes_ / 3); }));
        break;
      case 9:
        backends_.registry().announce({"n1", "", "", 0, 0, 0, 0, 0}, expect<Announced>([](const Announced&) {}));
        break;
      case 10:
        backends_.kv().claim("id", Seconds{40}, expect<bool>([](bool) {}));
        break;
      case 11:
        backends_.kv().agree_secret("secret", expect<SharedSecret>([this](const SharedSecret& secret) {
                                      CHAT_ASSERT(secret.current.size() <= answer_bytes_);
                                    }));
        break;
      case 12:
        backends_.kv().read("bans", expect<std::vector<ListEntry>>([this](const std::vector<ListEntry>& entries) {
                              CHAT_ASSERT(entries.size() <= answer_bytes_ / 6);
                              for (const auto& entry : entries) CHAT_ASSERT(entry.value.size() <= answer_bytes_);
                            }));
        break;
      case 13:
        backends_.kv().put("bans", "ana", "{}", Seconds{1}, expect<bool>([](bool) {}));
        break;
      case 15:
        backends_.directory().list("lo", "", 20, expect<RoomPage>([this](const RoomPage& page) {
                                     CHAT_ASSERT(page.names.size() <= std::min<std::size_t>(20, answer_bytes_ / 3));
                                     for (const auto& name : page.names) CHAT_ASSERT(is_room_name(name));
                                   }));
        break;
      default:
        backends_.messenger().ask("id", "request", Seconds{1}, expect<std::string>([](const std::string&) {}));
    }
    returned_ = true;
    return FakeRedis::kCommands;
  }

  bool are_complete() const { return expected_ == completed_; }

 private:
  template <class Value, class Check>
  Completion<Value> expect(Check check) {
    ++expected_;
    return [this, check, mine = false](const Result<Value>& result) mutable {
      CHAT_ASSERT(returned_ && !mine);
      mine = true;
      ++completed_;
      if (result) check(*result);
    };
  }

  void check(const LogState& state) const {
    std::size_t bytes = state.top.epoch.size();
    for (const auto& end : state.ended) bytes += end.epoch.size() + 1;
    CHAT_ASSERT(bytes <= answer_bytes_);
  }
  void check(const std::vector<Message>& messages) const {
    CHAT_ASSERT(messages.size() <= answer_bytes_ / 3);
    for (const auto& message : messages) CHAT_ASSERT(decode_body(message.body.view()).view() == message.body.view());
  }
  void check(const std::vector<PresenceRow>& rows) const {
    CHAT_ASSERT(rows.size() <= answer_bytes_ / 6);
    for (const auto& row : rows)
      CHAT_ASSERT(is_utf8(row.instance) && is_utf8(row.user.id) && is_user_name(row.user.name));
  }

  ClusterServices& backends_;
  std::size_t answer_bytes_;
  std::size_t expected_ = 0, completed_ = 0;
  bool returned_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  const auto choice = choices.below(16), split = choices.below(256);
  const auto answer = choices.rest();
  RecordingSink sink;
  FakeRedis redis(sink);
  CHAT_ASSERT(sink.is_available());
  Calls calls(redis, answer.size());
  const auto link = calls.make(choice);
  redis.poll();
  redis.answer(link, answer, static_cast<std::uint8_t>(split));
  redis.poll();
  redis.break_off();
  CHAT_ASSERT(calls.are_complete());
  return 0;
}
