#include "chat/base/mailbox.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "support/run_until.hpp"

namespace chat {
namespace {

TEST(Mailbox, HandsOverInOrderAndOnlyWhenTheLoopRuns) {
  boost::asio::io_context loop;
  std::vector<int> received;
  Mailbox<int> mailbox(loop,
                       [&](std::vector<int>& batch) { received.insert(received.end(), batch.begin(), batch.end()); });
  for (int i = 0; i < 3; ++i) mailbox.post(i);
  EXPECT_TRUE(received.empty());
  settle(loop);
  EXPECT_EQ(received, (std::vector{0, 1, 2}));
}

TEST(Mailbox, HandsOverWhatWaitsAsOneBatch) {
  boost::asio::io_context loop;
  std::vector<std::size_t> batches;
  Mailbox<int> mailbox(loop, [&](std::vector<int>& batch) { batches.push_back(batch.size()); });
  for (int i = 0; i < 100; ++i) mailbox.post(i);
  settle(loop);
  mailbox.post(0);
  settle(loop);
  EXPECT_EQ(batches, (std::vector<std::size_t>{100, 1}));
}

TEST(Mailbox, TakesWhatItsReceiverPosts) {
  boost::asio::io_context loop;
  std::vector<int> received;
  Mailbox<int>* self = nullptr;
  Mailbox<int> mailbox(loop, [&](std::vector<int>& batch) {
    for (const int item : batch) {
      received.push_back(item);
      if (item > 0) self->post(item - 1);
    }
  });
  self = &mailbox;
  mailbox.post(3);
  settle(loop);
  EXPECT_EQ(received, (std::vector{3, 2, 1, 0}));
}

TEST(Mailbox, KeepsTheOrderOfEachProducerAmongMany) {
  constexpr int kProducers = 8, kItems = 5'000;
  boost::asio::io_context loop;
  std::vector<int> next(kProducers, 0);
  int received = 0;
  bool in_order = true;
  Mailbox<std::pair<int, int>> mailbox(loop, [&](std::vector<std::pair<int, int>>& batch) {
    for (const auto& [producer, item] : batch) {
      in_order = in_order && item == next[static_cast<std::size_t>(producer)]++;
      ++received;
    }
  });
  std::vector<std::thread> producers;
  for (int producer = 0; producer < kProducers; ++producer) {
    producers.emplace_back([&mailbox, producer] {
      for (int item = 0; item < kItems; ++item) mailbox.post({producer, item});
    });
  }
  EXPECT_TRUE(run_until(loop, [&] { return received == kProducers * kItems; }));
  for (auto& producer : producers) producer.join();
  EXPECT_TRUE(in_order);
}

}  // namespace
}  // namespace chat
