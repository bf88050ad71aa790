#include "rooms/journaled_appender.hpp"

#include "rooms/room_parts_fixture.hpp"

namespace chat {
namespace {

class JournaledAppenderTest : public RoomParts {
 protected:
  JournaledAppenderTest() {
    const auto ack = await<Ack>(loop, [&](auto done) { appender.append({"lobby", "ana", 1, "{\"m\":1}"}, done); });
    EXPECT_EQ(ack->room, "lobby");
    EXPECT_EQ(ack->position.offset, 1U);
  }
  void come_back(bool has_restarted, const Epoch& epoch) {
    backends.next_life = LogState{{epoch, 0}, {}};
    appender.on_available(has_restarted);
    settle(loop);
  }
  JournaledAppender appender{backplane, clock};
};

TEST_F(JournaledAppenderTest, AppendsAgainWhatARestartedStoreLost) {
  come_back(true, "next");
  EXPECT_EQ(backends.appends, 2U);
}

TEST_F(JournaledAppenderTest, BringsNothingBackIntoALogThatWasWiped) {
  come_back(false, "next");
  EXPECT_EQ(backends.appends, 1U);
  appender.on_wiped("lobby", "next");
  come_back(true, "after next");
  EXPECT_EQ(backends.appends, 1U);
}

TEST_F(JournaledAppenderTest, RemembersAWipedLogThatIsStillToBeCheckedAfterARestart) {
  backends.fail_states = true;
  come_back(true, "next");
  appender.on_wiped("lobby", "next");
  backends.fail_states = false;
  appender.check();
  settle(loop);
  EXPECT_EQ(backends.appends, 2U);
}

TEST_F(JournaledAppenderTest, TriesAgainWhenTheStoreRefusesALostMessage) {
  backends.fail_appends = true;
  come_back(true, "next");
  EXPECT_EQ(backends.appends, 2U);
  backends.fail_appends = false;
  appender.check();
  settle(loop);
  EXPECT_EQ(backends.appends, 3U);
}

TEST_F(JournaledAppenderTest, ForgetsAfterAFewSeconds) {
  clock.advance(Journal::kAge + Milliseconds(1));
  appender.check();
  come_back(true, "next");
  EXPECT_EQ(backends.appends, 1U);
}

TEST_F(JournaledAppenderTest, TellsWhyAMessageIsRefused) {
  const auto ack = await<Ack>(loop, [&](auto done) { appender.append({"lobby", "ana", 5, "{\"m\":1}"}, done); });
  ASSERT_FALSE(ack);
  EXPECT_EQ(ack.error().code, ErrorCode::out_of_sequence);
}

}  // namespace
}  // namespace chat
