#include "rooms/leases.hpp"

#include <gmock/gmock.h>

#include "support/fake_presence_store.hpp"
#include "support/manual_clock.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LeasesTest : public testing::Test {
 protected:
  void renew() {
    leases.renew();
    store.answer();
  }
  boost::asio::io_context loop;  // does not run
  ManualClock clock;
  FakePresenceStore store;
  int lost = 0;
  std::vector<NodeInstance> living;
  Leases leases{loop,
                store,
                "chat-1.life",
                clock,
                [this] { ++lost; },
                [this](const std::vector<NodeInstance>& instances) { living = instances; }};
};

TEST_F(LeasesTest, RenewsAsSoonAsTheStoreAnswers) {
  leases.on_available();
  EXPECT_EQ(store.renewals, 1);
}

TEST_F(LeasesTest, IsCompleteWhenEveryNodeHasHadTheTimeToRenew) {
  EXPECT_FALSE(leases.is_complete());
  leases.on_available();
  store.answer();
  EXPECT_FALSE(leases.is_complete());
  clock.advance(PresenceStore::kLease);
  EXPECT_TRUE(leases.is_complete());
  leases.on_away();
  EXPECT_FALSE(leases.is_complete());
}

TEST_F(LeasesTest, WaitsAnewAfterARefusedRenewal) {
  leases.on_available();
  clock.advance(PresenceStore::kLease);
  store.refuses = true;
  store.answer();
  EXPECT_FALSE(leases.is_complete());
}

TEST_F(LeasesTest, TellsTheLivingNodesOnlyWhenItIsComplete) {
  store.lease.living = {"chat-1.life", "chat-2.life"};
  leases.on_available();
  store.answer();
  EXPECT_THAT(living, IsEmpty());
  clock.advance(PresenceStore::kLease);
  renew();
  EXPECT_THAT(living, ElementsAre("chat-1.life", "chat-2.life"));
}

TEST_F(LeasesTest, TellsThatTheOthersTookItForDeadAfterALateRenewal) {
  leases.on_available();
  store.answer();
  clock.advance(PresenceStore::kLease);
  renew();
  EXPECT_EQ(lost, 0);
  clock.advance(PresenceStore::kLease + Milliseconds(1));
  renew();
  EXPECT_EQ(lost, 1);
}

TEST_F(LeasesTest, DoesNotCountTheTimeInWhichTheStoreWasAway) {
  leases.on_available();
  store.answer();
  leases.on_away();
  clock.advance(2 * PresenceStore::kLease);
  leases.on_available();
  store.answer();
  EXPECT_EQ(lost, 0);
}

TEST_F(LeasesTest, TellsThatTheStoreLostItsLeaseButNotOfTheFirstOne) {
  store.lease.is_new = true;
  leases.on_available();
  store.answer();
  EXPECT_EQ(lost, 0);
  renew();
  EXPECT_EQ(lost, 1);
}

TEST_F(LeasesTest, AsksForNothingAfterItHasResigned) {
  leases.on_available();
  leases.resign();
  store.refuses = true;
  store.answer();
  EXPECT_EQ(store.resigned, 1);
  EXPECT_EQ(loop.poll(), 1U) << "only the cancelled timer";
  EXPECT_EQ(store.renewals, 1);
}

}  // namespace
}  // namespace chat
