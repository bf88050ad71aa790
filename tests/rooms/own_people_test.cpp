#include "chat/rooms/own_people.hpp"

#include <gmock/gmock.h>

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class OwnPeopleTest : public testing::Test {
 protected:
  PresenceChange news(std::size_t most = 1000) { return people.take_news("chat-1.life", most); }
  void tell_all() { people.on_told(news()); }

  const User ana{"ana", "Ana"};
  const User bo{"bo", "Bo"};
  OwnPeople people;
};

TEST_F(OwnPeopleTest, TellsAPersonOnceHoweverManyTabs) {
  people.enter(ana);
  people.enter(ana);
  EXPECT_THAT(news().joined, ElementsAre(ana));
  EXPECT_FALSE(people.has_news());
  people.leave("ana");
  EXPECT_FALSE(people.has_news());
  people.leave("ana");
  EXPECT_THAT(news().left, ElementsAre("ana"));
}

TEST_F(OwnPeopleTest, TellsNothingOfOneWhoCameAndWentInBetween) {
  people.enter(ana);
  people.leave("ana");
  const auto change = news();
  EXPECT_THAT(change.joined, IsEmpty());
  EXPECT_THAT(change.left, IsEmpty());
  EXPECT_TRUE(people.is_done());
}

TEST_F(OwnPeopleTest, KeepsNothingOfAFloodOfIdentities) {
  people.enter(ana);
  tell_all();
  for (int i = 0; i < 100'000; ++i) {
    people.enter({"flood-" + std::to_string(i), "Flood"});
    people.leave("flood-" + std::to_string(i));
  }
  EXPECT_THAT(news(1'000'000).joined, IsEmpty());
  EXPECT_THAT(people.everybody("chat-1.life").joined, ElementsAre(ana));
}

TEST_F(OwnPeopleTest, TellsNoMorePeopleAtOnceThanAsked) {
  for (int i = 0; i < 10; ++i) people.enter({"p" + std::to_string(i), "P"});
  EXPECT_THAT(news(4).joined, SizeIs(4));
  EXPECT_THAT(news(4).joined, SizeIs(4));
  EXPECT_THAT(news(4).joined, SizeIs(2));
}

TEST_F(OwnPeopleTest, TellsAgainWhatWasRefusedAsItIsThen) {
  people.enter(ana);
  people.enter(bo);
  const auto refused = news();
  people.leave("bo");
  people.on_refused(refused);
  const auto change = news();
  EXPECT_THAT(change.joined, ElementsAre(ana));
  EXPECT_THAT(change.left, ElementsAre("bo")) << "the store may have taken it all the same";
  people.on_told(change);
  EXPECT_FALSE(people.has_news());
}

TEST_F(OwnPeopleTest, IsDoneWhenTheStoreKnowsThatTheLastOneLeft) {
  people.enter(ana);
  tell_all();
  people.leave("ana");
  const auto change = news();
  EXPECT_FALSE(people.is_done());
  people.on_told(change);
  EXPECT_TRUE(people.is_done());
}

TEST_F(OwnPeopleTest, KeepsOneWhoCameBackWhileThatWasBeingTold) {
  people.enter(ana);
  tell_all();
  people.leave("ana");
  const auto change = news();
  people.enter(ana);
  people.on_told(change);
  EXPECT_THAT(news().joined, ElementsAre(ana));
}

TEST_F(OwnPeopleTest, TellsANewName) {
  people.enter(ana);
  tell_all();
  people.rename({"ana", "Ana Maria"});
  EXPECT_EQ(news().joined.at(0).name, "Ana Maria");
}

TEST_F(OwnPeopleTest, TellsEverybodyWhoIsHereAgain) {
  people.enter(ana);
  people.enter(bo);
  tell_all();
  people.leave("bo");
  people.tell_again();
  const auto change = news();
  EXPECT_THAT(change.joined, ElementsAre(ana));
  EXPECT_THAT(change.left, ElementsAre("bo"));
}

}  // namespace
}  // namespace chat
