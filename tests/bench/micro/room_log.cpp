#include "chat/rooms/room_log.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace chat {
namespace {

const SharedBytes kBody(std::string(250, 'x'));

/// The usual case: messages come in order; the argument is their number in a turn.
void RoomLogInOrder(benchmark::State& state) {
  RoomLog log;
  log.start({{"e1", 0}, {}});
  Offset offset = 0;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < state.range(0); ++i) log.offer("e1", {++offset, kBody});
    benchmark::DoNotOptimize(log.take_deliverable());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(RoomLogInOrder)->Arg(1)->Arg(64);

/// Messages that a node has already: after a reconnection all may come twice.
void RoomLogRepeated(benchmark::State& state) {
  RoomLog log;
  log.start({{"e1", 1000}, {}});
  for (auto _ : state) log.offer("e1", {500, kBody});
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(RoomLogRepeated);

/// One message is missing, 63 wait for it, then it is read from the store.
void RoomLogRefilled(benchmark::State& state) {
  RoomLog log;
  log.start({{"e1", 0}, {}});
  Offset offset = 0;
  for (auto _ : state) {
    const Offset missing = ++offset;
    for (int i = 0; i < 63; ++i) log.offer("e1", {++offset, kBody});
    log.refill(log.ask(), offset, {{missing, kBody}});
    benchmark::DoNotOptimize(log.take_deliverable());
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(RoomLogRefilled);

}  // namespace
}  // namespace chat
