#include "backplane/append_queue.hpp"

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

namespace chat {
namespace {

using testing::ElementsAre;
using testing::Pair;

class AppendQueueTest : public testing::Test {
 protected:
  void push(const std::string& room, const std::string& body) {
    queue.push({{room, "ana", 1, body}, false, [](const Result<Appended>&) {}});
  }
  std::multimap<std::string, AppendQueue::Batch> take() {
    std::multimap<std::string, AppendQueue::Batch> taken;
    queue.take([&](const std::string& room, AppendQueue::Batch batch) { taken.emplace(room, std::move(batch)); });
    return taken;
  }
  static std::multimap<std::string, std::string> bodies(const std::multimap<std::string, AppendQueue::Batch>& taken) {
    std::multimap<std::string, std::string> found;
    for (const auto& [room, batch] : taken) {
      std::string together;
      for (const auto& entry : batch) together += entry.append.body;
      found.emplace(room, together);
    }
    return found;
  }
  AppendQueue queue;
};

TEST_F(AppendQueueTest, MakesOneBatchOfEachRoom) {
  push("lobby", "1");
  push("den", "a");
  push("lobby", "2");
  EXPECT_THAT(bodies(take()), ElementsAre(Pair("den", "a"), Pair("lobby", "12")));
  EXPECT_TRUE(queue.is_empty());
}

TEST_F(AppendQueueTest, PutsABatchThatTheStoreHasNotRunIntoOneWithThoseThatWait) {
  push("lobby", "1");
  push("lobby", "2");
  auto taken = take();
  push("lobby", "3");
  queue.put_back("lobby", std::move(taken.begin()->second));
  EXPECT_THAT(bodies(take()), ElementsAre(Pair("lobby", "123")));
}

TEST_F(AppendQueueTest, IsFullUntilTheMessagesHaveTheirOutcome) {
  for (std::size_t i = 0; i < AppendQueue::kMaxMessages; ++i) push("lobby", "x");
  EXPECT_TRUE(queue.is_full());
  const auto taken = take();
  EXPECT_TRUE(queue.is_full());
  for (const auto& [room, batch] : taken) queue.finish(batch);
  EXPECT_FALSE(queue.is_full());
}

}  // namespace
}  // namespace chat
