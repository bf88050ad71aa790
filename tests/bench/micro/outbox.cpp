#include "chat/sessions/outbox.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <string_view>

namespace chat {
namespace {

/// A turn of one client whose socket takes all bytes: the argument is the number of frames, all of them leave in one
/// write.
void OutboxOneTurn(benchmark::State& state) {
  const SharedBytes frame(std::string(300, 'x'));
  Outbox outbox;
  std::array<Outbox::Slice, 64> slices;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < state.range(0); ++i) outbox.push(frame, false);
    benchmark::DoNotOptimize(outbox.peek(slices));
    outbox.consume(outbox.bytes());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(OutboxOneTurn)->Arg(1)->Arg(8)->Arg(64);

/// A slow client: the backlog stays, a little goes and a little comes.
void OutboxBacklog(benchmark::State& state) {
  const SharedBytes frame(std::string(300, 'x'));
  Outbox outbox;
  for (int i = 0; i < 1000; ++i) outbox.push(frame, false);
  std::array<Outbox::Slice, 64> slices;
  for (auto _ : state) {
    outbox.push(frame, false);
    benchmark::DoNotOptimize(outbox.peek(slices));
    outbox.consume(frame.size());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(OutboxBacklog);

}  // namespace
}  // namespace chat
