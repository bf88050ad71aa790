#include "chat/base/mailbox.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <thread>

namespace chat {
namespace {

/// About the size of the mail to a shard for a room.
using Item = std::array<char, 96>;

/// On one thread, as in a node of one shard; the argument is the size of a batch.
void MailboxOneThread(benchmark::State& state) {
  boost::asio::io_context context;
  std::size_t received = 0;
  Mailbox<Item> mailbox(context, [&](std::vector<Item>& batch) { received += batch.size(); });
  for (auto _ : state) {
    for (std::int64_t i = 0; i < state.range(0); ++i) mailbox.post({});
    context.restart();
    context.poll();
  }
  benchmark::DoNotOptimize(received);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(MailboxOneThread)->Arg(1)->Arg(64);

/// To another thread and back: the cost of a hop between two shards that would both rather sleep.
void MailboxThereAndBack(benchmark::State& state) {
  boost::asio::io_context here;
  boost::asio::io_context there;
  std::size_t returned = 0;
  Mailbox<Item> home(here, [&](std::vector<Item>& batch) { returned += batch.size(); });
  Mailbox<Item> away(there, [&](std::vector<Item>& batch) {
    for (const auto& item : batch) home.post(item);
  });
  const auto stay_here = boost::asio::make_work_guard(here);
  auto stay_there = boost::asio::make_work_guard(there);
  std::thread other([&] { there.run(); });
  for (auto _ : state) {
    const auto before = returned;
    away.post({});
    while (returned == before) here.run_one();
  }
  stay_there.reset();
  other.join();
}
BENCHMARK(MailboxThereAndBack)->UseRealTime();

}  // namespace
}  // namespace chat
