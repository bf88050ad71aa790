#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "chat/codec/websocket_framing.hpp"
#include "chat/core/limits.hpp"
#include "chat/transport/websocket/websocket_reader.hpp"

namespace chat {
namespace {

/// A text frame as a client sends it. Its mask is zero, so that unmasking it again and again in place leaves it as it
/// is; the work is the same for any mask.
std::string client_frame(std::size_t payload) {
  std::string frame;
  append_websocket_frame(frame, Opcode::text, std::string(payload, 'x'));
  frame[1] = static_cast<char>(frame[1] | 0x80);
  frame.insert(frame.size() - payload, 4, '\0');
  return frame;
}

struct Ignore final : WebSocketReader::Handler {
  void on_message(std::string_view payload, bool) override { benchmark::DoNotOptimize(payload.data()); }
  void on_ping(std::string_view) override {}
  void on_pong() override {}
  void on_close(CloseCode) override {}
  bool is_done() const override { return false; }
};

/// Header, unmasking and the check of UTF-8; the argument is the size of the payload.
void WebSocketReadFrame(benchmark::State& state) {
  std::string frame = client_frame(static_cast<std::size_t>(state.range(0)));
  WebSocketReader reader(limits::kClientMessageBytes);
  Ignore handler;
  for (auto _ : state) benchmark::DoNotOptimize(reader.feed(frame, handler));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(WebSocketReadFrame)->Arg(16)->Arg(128)->Arg(4096);

/// A frame that comes in two pieces.
void WebSocketReadSplitFrame(benchmark::State& state) {
  std::string frame = client_frame(128);
  const std::span<char> bytes(frame);
  WebSocketReader reader(limits::kClientMessageBytes);
  Ignore handler;
  for (auto _ : state) {
    benchmark::DoNotOptimize(reader.feed(bytes.first(50), handler));
    benchmark::DoNotOptimize(reader.feed(bytes.subspan(50), handler));
  }
}
BENCHMARK(WebSocketReadSplitFrame);

void WebSocketWriteFrame(benchmark::State& state) {
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_websocket_frame(out, Opcode::text, payload);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(WebSocketWriteFrame)->Arg(16)->Arg(128)->Arg(4096);

}  // namespace
}  // namespace chat
