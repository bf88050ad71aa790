#include "apps/load/net/channel.hpp"

#include <gtest/gtest.h>

#include <system_error>
#include <thread>

namespace chat::load {
namespace {

TEST(Channel, DeliversLettersInOrderHoweverLongTheyAre) {
  auto [here, there] = Channel::make();
  const std::string long_letter(5'000'000, 'x');
  std::thread writer([&there, &long_letter] {
    there.send('a', "first");
    there.send('b', long_letter);
    there.send('c');
  });
  const auto first = here.receive();
  const auto second = here.receive();
  const auto third = here.receive();
  writer.join();
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(first->kind, 'a');
  EXPECT_EQ(first->bytes, "first");
  EXPECT_EQ(second->bytes, long_letter);
  EXPECT_EQ(third->kind, 'c');
  EXPECT_TRUE(third->bytes.empty());
}

TEST(Channel, IsReadableWhenThereIsALetter) {
  auto [here, there] = Channel::make();
  EXPECT_FALSE(here.is_readable());
  there.send('a');
  EXPECT_TRUE(here.is_readable());
}

TEST(Channel, TellsWhenTheOtherEndIsGone) {
  auto [here, there] = Channel::make();
  {
    const Channel closed = std::move(there);
  }
  EXPECT_TRUE(here.is_readable());
  EXPECT_FALSE(here.receive());
  EXPECT_THROW(here.send('a'), std::system_error);
}

}  // namespace
}  // namespace chat::load
