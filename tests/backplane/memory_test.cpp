#include "backplane/backplane_contract.hpp"
#include "backplane/presence_contract.hpp"
#include "backplane/relay_contract.hpp"

namespace chat {
namespace {

struct MemorySource {
  static constexpr std::size_t kHistory = 200;
  std::shared_ptr<MemoryBus> bus = make_memory_bus({kHistory, Seconds(3600)});
  std::unique_ptr<Backends> connect(boost::asio::io_context& loop) { return make_memory_backends(loop, bus); }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, BackplaneContract, MemorySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, PresenceContract, MemorySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, RelayContract, MemorySource);

}  // namespace
}  // namespace chat
