#include "rooms/metering.hpp"

#include "chat/base/metrics.hpp"
#include "rooms/room_parts_fixture.hpp"

namespace chat {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class MeteringTest : public RoomParts {
 protected:
  MeteringTest() { limits.person_messages = {1, 3}; }
  /// Messages that are charged before one is refused.
  static int charge_all(Metering& metering) {
    int charged = 0;
    while (charged < 100 && !metering.charge({"lobby", "", 0, "{}"}, {1, 2}, 1, false)) ++charged;
    return charged;
  }
  UsageLimits limits;
};

TEST_F(MeteringTest, ChargesNothingWithoutALimit) {
  Metering metering(loop, backplane, "chat-1.life", {}, clock);
  EXPECT_TRUE(metering.is_off());
  EXPECT_EQ(charge_all(metering), 100);
}

TEST_F(MeteringTest, RefusesAMessageAboveTheLimitAndTellsHowLongToWait) {
  Metering metering(loop, backplane, "chat-1.life", limits, clock);
  EXPECT_EQ(charge_all(metering), 3);
  const auto refusal = metering.charge({"lobby", "", 0, "{}"}, {1, 2}, 1, false);
  EXPECT_EQ(refusal->code, ErrorCode::rate_limited);
  EXPECT_GT(refusal->retry_after, Milliseconds{0});
}

TEST_F(MeteringTest, CountsTheRefusalsOfTheStrictestLimit) {
  const auto count = [](std::string_view limit) {
    for (const auto& sample : metrics::collect()) {
      if (sample.name == "chat_refused_total{limit=\"" + std::string(limit) + "\"}") return sample.counts[0];
    }
    return std::uint64_t{0};
  };
  limits.room_messages = {2, 3};  // the same burst, but sooner over
  const auto before = count("person_messages"), others = count("room_messages");
  Metering metering(loop, backplane, "chat-1.life", limits, clock);
  charge_all(metering);
  EXPECT_EQ(count("person_messages"), before + 1);
  EXPECT_EQ(count("room_messages"), others);
}

TEST_F(MeteringTest, CountsWhatAPayerUsedOnAnotherNode) {
  Metering here(loop, backplane, "chat-1.life", limits, clock);
  Metering there(loop, backplane, "chat-2.life", limits, clock);
  charge_all(there);
  there.report();
  settle(loop);
  ASSERT_THAT(sink.broadcasts, SizeIs(1));
  there.on_broadcast(sink.broadcasts[0]);  // its own report, which is no news
  here.on_broadcast(sink.broadcasts[0]);
  EXPECT_EQ(charge_all(here), 0);
}

TEST_F(MeteringTest, ChargesANewSenderUntilOneOfItsMessagesIsStored) {
  limits = {};
  limits.new_senders = {1, 1};
  Metering metering(loop, backplane, "chat-1.life", limits, clock);
  const Append append{"lobby", "ana", 1, "{}"};
  EXPECT_FALSE(metering.charge(append, {1, 2}, 1, false));
  EXPECT_TRUE(metering.charge(append, {1, 2}, 1, false));
  metering.on_stored(Metering::key(append));
  EXPECT_FALSE(metering.charge(append, {1, 2}, 1, false));
}

TEST_F(MeteringTest, PassesOverABroadcastThatIsNoReport) {
  Metering metering(loop, backplane, "chat-1.life", limits, clock);
  for (const std::string_view payload : {"", "u ", "u chat-2.life", "x chat-2.life 1", "u chat-2.life junk"}) {
    metering.on_broadcast(payload);
  }
  EXPECT_EQ(charge_all(metering), 3);
}

}  // namespace
}  // namespace chat
