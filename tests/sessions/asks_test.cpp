#include "chat/sessions/asks.hpp"

#include <gmock/gmock.h>

#include <memory>

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AsksTest : public testing::Test {
 protected:
  std::optional<std::string> add(Seconds due = Seconds(10)) {
    return asks->add(now, now + due, [this](const Result<std::string>& answer) {
      told.push_back(answer ? *answer : std::string(to_text(answer.error().code)) + ": " + answer.error().message);
    });
  }

  Instant now{Seconds(1)};
  std::vector<std::string> told;
  std::unique_ptr<Asks> asks = std::make_unique<Asks>();
};

TEST_F(AsksTest, GiveEachQuestionAnIdAndItsAnswer) {
  const auto first = add(), second = add();
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_TRUE(asks->answer(*second, std::string("2")));
  EXPECT_TRUE(asks->answer(*first, Failure{ErrorCode::refused, "no"}));
  EXPECT_THAT(told, ElementsAre("2", "refused: no"));
}

TEST_F(AsksTest, TakeOneAnswerToAQuestion) {
  const auto id = add();
  EXPECT_TRUE(asks->answer(*id, std::string("1")));
  EXPECT_FALSE(asks->answer(*id, std::string("2")));
  EXPECT_FALSE(asks->answer("ask-99", std::string("3")));
  EXPECT_THAT(told, ElementsAre("1"));
}

TEST_F(AsksTest, AreBoundedByThoseThatAreStillWaitedFor) {
  for (std::size_t i = 0; i < Asks::kMax; ++i) EXPECT_TRUE(add());
  EXPECT_EQ(add(), std::nullopt);
  now += Seconds(10);
  EXPECT_TRUE(add());
  EXPECT_THAT(told, IsEmpty()) << "the application has given them up by itself";
}

TEST_F(AsksTest, EndWithTheSession) {
  add();
  asks.reset();
  EXPECT_THAT(told, ElementsAre("not_found: the session has ended without an answer"));
}

}  // namespace
}  // namespace chat
