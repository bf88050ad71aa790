#pragma once

#include <gmock/gmock.h>

#include <algorithm>

#include "backplane/peer.hpp"

/// The contract of the shared lists of every ClusterKv; see backplane_contract.hpp.
namespace chat {

/// The calls of ClusterKv about lists, made to wait for their outcome.
class ListCalls {
 public:
  ListCalls(boost::asio::io_context& loop, ClusterKv& kv) : loop_(loop), kv_(kv) {}

  Result<bool> put(std::string key, std::string value, Milliseconds kept = Seconds(60), std::string list = "bans") {
    return await<bool>(
        loop_, [&](auto done) { kv_.put(std::move(list), std::move(key), std::move(value), kept, std::move(done)); });
  }
  Result<bool> put_new(std::string key, std::string value) {
    return await<bool>(
        loop_, [&](auto done) { kv_.put_new("bans", std::move(key), std::move(value), Seconds(60), std::move(done)); });
  }
  Result<bool> remove(std::string key, std::string list = "bans") {
    return await<bool>(loop_, [&](auto done) { kv_.remove(std::move(list), std::move(key), std::move(done)); });
  }
  Result<std::vector<ListEntry>> entries(std::string list = "bans") {
    return await<std::vector<ListEntry>>(loop_, [&](auto done) { kv_.read(std::move(list), std::move(done)); });
  }
  /// "key=value", sorted.
  std::vector<std::string> read(std::string list = "bans") {
    const auto found = entries(std::move(list));
    if (!found) return {"failed: " + found.error().message};
    std::vector<std::string> texts;
    for (const auto& entry : *found) texts.push_back(entry.key + '=' + entry.value);
    std::sort(texts.begin(), texts.end());
    return texts;
  }

 private:
  boost::asio::io_context& loop_;
  ClusterKv& kv_;
};

template <class Source>
class ListsContract : public ServicesTest<Source> {
 protected:
  ListCalls at_a{this->loop, this->a.kv()};
  ListCalls at_b{this->loop, this->b.kv()};
};
TYPED_TEST_SUITE_P(ListsContract);

TYPED_TEST_P(ListsContract, ShowEveryNodeTheEntriesThatAnyHasPut) {
  EXPECT_THAT(this->at_a.read(), testing::IsEmpty());
  ASSERT_TRUE(this->at_a.put("ana", "{1}"));
  ASSERT_TRUE(this->at_b.put("bob", ""));
  ASSERT_TRUE(this->at_b.put("ana", "elsewhere", Seconds(60), "mutes"));
  EXPECT_THAT(this->at_b.read(), testing::ElementsAre("ana={1}", "bob="));
  EXPECT_THAT(this->at_a.read(), testing::ElementsAre("ana={1}", "bob="));
}

TYPED_TEST_P(ListsContract, HaveOneEntryOfAKeyTheLast) {
  ASSERT_TRUE(this->at_a.put("ana", "{1}"));
  ASSERT_TRUE(this->at_b.put("ana", "{2}", Seconds(600)));
  EXPECT_THAT(this->at_a.read(), testing::ElementsAre("ana={2}"));
}

TYPED_TEST_P(ListsContract, TakeANewEntryOnlyIfThereIsNoneOfItsKey) {
  EXPECT_EQ(*this->at_a.put_new("ana", "{1}"), true);
  EXPECT_EQ(*this->at_b.put_new("ana", "{2}"), false);
  EXPECT_THAT(this->at_a.read(), testing::ElementsAre("ana={1}"));
}

TYPED_TEST_P(ListsContract, LoseTheEntriesThatAreRemovedAndTellWhetherThereWasOne) {
  ASSERT_TRUE(this->at_a.put("ana", "{1}"));
  ASSERT_TRUE(this->at_a.put("bob", "{2}"));
  EXPECT_EQ(*this->at_b.remove("ana"), true);
  EXPECT_EQ(*this->at_b.remove("ana"), false);
  EXPECT_EQ(*this->at_b.remove("ana", "mutes"), false);
  EXPECT_THAT(this->at_a.read(), testing::ElementsAre("bob={2}"));
}

TYPED_TEST_P(ListsContract, TellWhenAnEntryEndsAndDoNotHaveItThen) {
  ASSERT_TRUE(this->at_a.put("ana", "{1}", Milliseconds(1)));
  ASSERT_TRUE(this->at_a.put("bob", "{2}", Seconds(60)));
  EXPECT_TRUE(run_until(this->loop, [&] { return this->at_b.read() == std::vector<std::string>{"bob={2}"}; }));
  const auto left = this->at_b.entries();
  ASSERT_TRUE(left && left->size() == 1);
  EXPECT_NEAR(static_cast<double>((*left)[0].until - SystemClock().unix_ms()), 60'000, 10'000);
  EXPECT_EQ(*this->at_a.remove("ana"), false);
}

TYPED_TEST_P(ListsContract, CarryAnyBytesUpToTheirBounds) {
  const std::string key(ClusterKv::kMaxListKeyBytes, '\xff');
  std::string value(ClusterKv::kMaxListValueBytes, ' ');
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i);
  ASSERT_TRUE(this->at_a.put(key, value));
  EXPECT_THAT(this->at_b.read(), testing::ElementsAre(key + '=' + value));
}

TYPED_TEST_P(ListsContract, TellEachNodeThatWatchesOfEachChange) {
  int told_a = 0, told_b = 0, others = 0;
  this->a.kv().watch("bans", [&] { ++told_a; });
  this->b.kv().watch("bans", [&] { ++told_b; });
  this->b.kv().watch("mutes", [&] { ++others; });
  EXPECT_EQ(told_a + told_b + others, 0) << "called before watch() has returned";
  ASSERT_TRUE(run_until(this->loop, [&] { return told_a == 1 && told_b == 1 && others == 1; }));
  ASSERT_TRUE(this->at_a.put("ana", "{1}"));
  EXPECT_TRUE(run_until(this->loop, [&] { return told_a == 2 && told_b == 2; }));
  ASSERT_TRUE(this->at_b.remove("ana"));
  EXPECT_TRUE(run_until(this->loop, [&] { return told_a == 3 && told_b == 3; }));
  EXPECT_EQ(others, 1);
}

TYPED_TEST_P(ListsContract, CompleteAndTellNothingAfterTheNodeHasStopped) {
  int told = 0;
  this->a.kv().watch("bans", [&] { ++told; });
  ASSERT_TRUE(run_until(this->loop, [&] { return told == 1; }));
  Outcome<bool> outcome;
  this->a.kv().put("bans", "ana", "{1}", Seconds(60), outcome.completion());
  this->a.backplane().stop();
  ASSERT_TRUE(this->at_b.put("bob", "{2}"));
  ASSERT_TRUE(this->at_b.put("bob", "{3}"));
  EXPECT_EQ(outcome.times(), 0);
  EXPECT_EQ(told, 1);
}

REGISTER_TYPED_TEST_SUITE_P(ListsContract, ShowEveryNodeTheEntriesThatAnyHasPut, HaveOneEntryOfAKeyTheLast,
                            TakeANewEntryOnlyIfThereIsNoneOfItsKey,
                            LoseTheEntriesThatAreRemovedAndTellWhetherThereWasOne,
                            TellWhenAnEntryEndsAndDoNotHaveItThen, CarryAnyBytesUpToTheirBounds,
                            TellEachNodeThatWatchesOfEachChange, CompleteAndTellNothingAfterTheNodeHasStopped);

}  // namespace chat
