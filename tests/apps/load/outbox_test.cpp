#include "apps/load/outbox.hpp"

#include <gmock/gmock.h>

namespace chat::load {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class OutboxOfOneSender : public testing::Test {
 protected:
  Outbox::Message send(std::int64_t now = 0) {
    outbox.add(now);
    return outbox.transmit(now).value();
  }

  /// Numbers of all that may be sent now.
  std::vector<std::uint32_t> transmitted() {
    std::vector<std::uint32_t> numbers;
    while (const auto message = outbox.transmit(0)) {
      numbers.push_back(message->n);
      last_id = message->id;
    }
    return numbers;
  }

  Outbox outbox{3};
  std::uint64_t last_id = 0;
};

TEST_F(OutboxOfOneSender, NumbersMessagesFromOneAndRequestsFromTheFirstId) {
  EXPECT_EQ(send().id, 3U);
  const auto second = send();
  EXPECT_EQ(second.id, 4U);
  EXPECT_EQ(second.n, 2U);
  EXPECT_FALSE(second.is_repeated);
  EXPECT_EQ(outbox.size(), 2U);
}

TEST_F(OutboxOfOneSender, ForgetsAnAcknowledgedMessage) {
  const auto message = send(70);
  const auto acked = outbox.acked(message.id);
  ASSERT_TRUE(acked);
  EXPECT_EQ(acked->n, 1U);
  EXPECT_EQ(acked->sent, 70);
  EXPECT_FALSE(outbox.acked(message.id));
  EXPECT_EQ(outbox.size(), 0U);
}

TEST_F(OutboxOfOneSender, UsesARefusedNumberAgainAndDoesNotGoBackForTheMessagesAfterIt) {
  const auto first = send();
  const auto second = send();
  const auto third = send();
  EXPECT_TRUE(outbox.acked(first.id));
  EXPECT_TRUE(outbox.refused(second.id));
  EXPECT_EQ(send().n, 2U);
  EXPECT_TRUE(outbox.refused(third.id));
  EXPECT_EQ(send().n, 3U);
  EXPECT_TRUE(outbox.was_refused(2));
  EXPECT_FALSE(outbox.was_refused(4));
}

TEST_F(OutboxOfOneSender, KeepsTheWindowClosedUntilTheOwnMessageIsBackToo) {
  EXPECT_TRUE(outbox.has_room(1));
  const auto message = send();
  EXPECT_FALSE(outbox.has_room(1));
  outbox.acked(message.id);
  EXPECT_FALSE(outbox.has_room(1));
  outbox.echoed();
  EXPECT_TRUE(outbox.has_room(1));
}

TEST_F(OutboxOfOneSender, MayHearItselfBeforeTheAck) {
  const auto message = send();
  outbox.echoed();
  EXPECT_FALSE(outbox.has_room(1));
  outbox.acked(message.id);
  EXPECT_TRUE(outbox.has_room(1));
}

TEST_F(OutboxOfOneSender, TakesItsOwnMessageForAnAnswerWhereThereAreNoAcks) {
  send();
  send(5);
  EXPECT_FALSE(outbox.has_room(2));
  const auto second = outbox.echoed(2);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->sent, 5);
  EXPECT_TRUE(outbox.has_room(2));
  EXPECT_FALSE(outbox.echoed(2));
  EXPECT_EQ(outbox.size(), 1U);
}

TEST_F(OutboxOfOneSender, SendsUnansweredMessagesAgainUnderTheSameNumbersBeforeNewOnes) {
  const auto first = send();
  send();
  send();
  outbox.acked(first.id);
  EXPECT_EQ(outbox.interrupt(), 0U);
  outbox.add(0);
  EXPECT_THAT(transmitted(), ElementsAre(2)) << "the first goes alone";
  EXPECT_TRUE(outbox.is_repeated(last_id));
  EXPECT_TRUE(outbox.acked(last_id));
  EXPECT_THAT(transmitted(), ElementsAre(3, 4));
  EXPECT_FALSE(outbox.is_repeated(last_id));
}

TEST_F(OutboxOfOneSender, TakesNoAnswerOfTheOldConnection) {
  const auto message = send();
  outbox.interrupt();
  EXPECT_FALSE(outbox.acked(message.id));
  EXPECT_FALSE(outbox.refused(message.id));
  EXPECT_FALSE(outbox.acked(Outbox::kNone));
}

TEST_F(OutboxOfOneSender, WaitsToBeResumedWhenTheFirstMessageCameTooEarly) {
  send();
  send();
  outbox.interrupt();
  EXPECT_THAT(transmitted(), ElementsAre(1));
  EXPECT_TRUE(outbox.postpone(last_id));
  EXPECT_THAT(transmitted(), IsEmpty());
  outbox.resume();
  EXPECT_THAT(transmitted(), ElementsAre(1));
  outbox.acked(last_id);
  EXPECT_THAT(transmitted(), ElementsAre(2));
}

TEST_F(OutboxOfOneSender, GivesUpTheMessagesAfterARefusedOneWhenTheConnectionEnds) {
  const auto first = send();
  send();
  outbox.refused(first.id);
  send();
  EXPECT_EQ(outbox.interrupt(), 1U);
  EXPECT_THAT(transmitted(), ElementsAre(1));
  EXPECT_EQ(outbox.size(), 1U);
}

}  // namespace
}  // namespace chat::load
