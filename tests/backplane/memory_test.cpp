#include "backplane/backplane_contract.hpp"
#include "backplane/delivery_contract.hpp"
#include "backplane/events_contract.hpp"
#include "backplane/lists_contract.hpp"
#include "backplane/memory/memory_bus.hpp"
#include "backplane/messenger_contract.hpp"
#include "backplane/presence_contract.hpp"
#include "backplane/queue_contract.hpp"
#include "backplane/rooms_contract.hpp"

namespace chat {
namespace {

struct MemorySource {
  static constexpr std::size_t kHistory = 200;
  std::shared_ptr<MemoryBus> bus = make_memory_bus({kHistory, Seconds(3600)});
  std::unique_ptr<ClusterServices> connect(boost::asio::io_context& loop) { return make_memory_services(loop, bus); }
};

TEST(MemoryBus, KeepsSoManyClaimsAndNoMore) {
  MemoryBus bus({1, Seconds(60)});
  const Instant start{}, end = start + Seconds(40);
  for (std::size_t i = 0; i < MemoryBus::kMaxClaims; ++i) {
    EXPECT_EQ(bus.claim(std::to_string(i), end, start).value(), true);
  }
  EXPECT_EQ(bus.claim("one more", end, start).error().code, ErrorCode::busy);
  EXPECT_EQ(bus.claim("7", end, start).value(), false);
  EXPECT_EQ(bus.claim("one more", end + Seconds(40), end).value(), true);
  EXPECT_EQ(bus.claim("7", end + Seconds(40), end).value(), true);
}

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, BackplaneContract, MemorySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, DeliveryContract, MemorySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, PresenceContract, MemorySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, MessengerContract, MemorySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, ListsContract, MemorySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, RoomsContract, MemorySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, QueueContract, MemorySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, EventsContract, MemorySource);

}  // namespace
}  // namespace chat
