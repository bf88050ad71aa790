#include "chat/rooms/pace.hpp"
#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;

/// A room whose last batch was so large that it gathers the next messages.
class CrowdedRoomTest : public OneNode {
 protected:
  void SetUp() override {
    ana.join("lobby");
    run();
    epoch = ana.last("joined")["epoch"];
    bring(Pace::kCrowded);
    ASSERT_EQ(ana.all("message").size(), Pace::kCrowded);
    ana.forget();
  }
  /// Messages of another node's users come in one batch.
  void bring(std::size_t messages) {
    const std::vector<std::string_view> bodies(messages, kBody);
    node.rooms.on_published("lobby", epoch, said + 1, bodies);
    said += messages;
    node.rooms.on_batch_end();
    run();
  }
  static constexpr std::string_view kBody = R"({"text":"0123456789"})";
  FakeClient& ana = node.connect();
  std::string epoch;
  Offset said = 0;
};

TEST_F(CrowdedRoomTest, BringsWhatIsSaidALittleLaterInOneWrite) {
  bring(1);
  bring(2);
  EXPECT_FALSE(ana.has("message"));
  const int writes = ana.flushes;
  clock.advance(Pace::kGathering);
  EXPECT_TRUE(run_until(loop, [&] { return ana.has("message"); }));
  EXPECT_EQ(ana.flushes, writes + 1);
  EXPECT_THAT(offsets(ana.all("message")), ElementsAre(said - 2, said - 1, said));
}

TEST_F(CrowdedRoomTest, IsBroughtAtOnceWhenItsTimeHasCome) {
  clock.advance(Pace::kGathering);
  bring(1);
  EXPECT_EQ(ana.all("message").size(), 1U);
}

TEST_F(CrowdedRoomTest, IsBroughtAtOnceWhenItIsEnoughForAWrite) {
  const std::size_t enough = Pace::kFull / kBody.size() + 1;
  bring(enough);
  EXPECT_EQ(ana.all("message").size(), enough);
}

TEST_F(CrowdedRoomTest, KeepsNobodyWaitingElsewhere) {
  FakeClient& bo = joined("garden", "Bo");
  bring(1);
  bo.send("garden", "here");
  run();
  EXPECT_TRUE(bo.has("message"));
  EXPECT_FALSE(ana.has("message"));
}

TEST_F(CrowdedRoomTest, ShowsANewcomerAllThatWasSaidOnce) {
  bring(1);
  FakeClient& bo = node.connect();
  bo.join("lobby");
  run();
  EXPECT_EQ(bo.last("joined")["offset"], said);
  EXPECT_EQ(ana.all("message").size(), 1U);
  clock.advance(Pace::kGathering);
  bring(1);
  EXPECT_THAT(offsets(bo.all("message")), ElementsAre(said));
}

}  // namespace
}  // namespace chat
