#pragma once

#include <gmock/gmock.h>

#include "backplane/peer.hpp"

/// The behaviour of every backplane that loses no publication while it is available; see backplane_contract.hpp.
namespace chat {

template <class Source>
class DeliveryContract : public ServicesTest<Source> {};
TYPED_TEST_SUITE_P(DeliveryContract);

TYPED_TEST_P(DeliveryContract, DeliversToEverySubscriberWhatComesAfterTheStateItTold) {
  ASSERT_TRUE(this->a.append("lobby", "{before}"));
  const auto state = this->b.subscribe("lobby");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->top.offset, 1U);
  ASSERT_TRUE(this->a.subscribe("lobby"));
  const auto after = this->a.append("lobby", "{after}");
  ASSERT_TRUE(this->a.received(1));
  ASSERT_TRUE(this->b.received(1));
  EXPECT_THAT(this->b.sink.bodies_of("lobby"), testing::ElementsAre("{after}"));
  EXPECT_EQ(this->b.sink.published[0].position, after->position);
  EXPECT_THAT(this->a.sink.bodies_of("lobby"), testing::ElementsAre("{after}"));
}

TYPED_TEST_P(DeliveryContract, EndsEveryDeliveryWithABatchEnd) {
  ASSERT_TRUE(this->b.subscribe("lobby"));
  ASSERT_TRUE(this->a.append("lobby", "{m}"));
  ASSERT_TRUE(this->b.received(1));
  EXPECT_TRUE(run_until(this->loop, [&] { return !this->b.sink.batch_is_open; }));
}

TYPED_TEST_P(DeliveryContract, DeliversNothingOfRoomsThatWereNotAskedFor) {
  ASSERT_TRUE(this->b.subscribe("lobby"));
  ASSERT_TRUE(this->b.subscribe("garden"));
  this->b.backplane().unsubscribe("garden");
  ASSERT_TRUE(this->b.subscribe("cellar"));  // answered after the unsubscription
  for (const char* room : {"attic", "garden", "lobby"}) ASSERT_TRUE(this->a.append(room, "{m}"));
  ASSERT_TRUE(this->b.received(1));
  ASSERT_EQ(this->b.sink.published.size(), 1U);
  EXPECT_EQ(this->b.sink.published[0].room, "lobby");
}

TYPED_TEST_P(DeliveryContract, DeliversAgainAfterARoomWasLeftAndEnteredInOneTurn) {
  ASSERT_TRUE(this->b.subscribe("lobby"));
  this->b.backplane().unsubscribe("lobby");
  ASSERT_TRUE(this->b.subscribe("lobby"));
  ASSERT_TRUE(this->a.append("lobby", "{m}"));
  EXPECT_TRUE(this->b.received(1));
}

REGISTER_TYPED_TEST_SUITE_P(DeliveryContract, DeliversToEverySubscriberWhatComesAfterTheStateItTold,
                            EndsEveryDeliveryWithABatchEnd, DeliversNothingOfRoomsThatWereNotAskedFor,
                            DeliversAgainAfterARoomWasLeftAndEnteredInOneTurn);

}  // namespace chat
