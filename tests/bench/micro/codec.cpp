#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "chat/codec/codec.hpp"
#include "chat/codec/format.hpp"
#include "protocols/chat_v1/codec.hpp"
#include "protocols/chat_v1/decode.hpp"
#include "protocols/chat_v1/formats.hpp"

namespace chat {
namespace {

const std::string kText(128, 'x');

/// The bytes of a client.
void CodecDecodeSend(benchmark::State& state) {
  const std::string request = R"({"type":"send","id":7,"room":"lobby","text":")" + kText + R"(","seq":12})";
  std::vector<Request> requests;
  for (auto _ : state) {
    requests.clear();
    decode_json(request, requests);
    benchmark::DoNotOptimize(requests.data());
  }
}
BENCHMARK(CodecDecodeSend);

/// The form in which it is stored.
void CodecEncodeBody(benchmark::State& state) {
  const Draft draft{
      {"0123456789abcdef", "Ana"}, {Content::Kind::text, kText}, 1'795'262'400'123, "chat-1", "fedcba98", 12};
  for (auto _ : state) benchmark::DoNotOptimize(encode_body(draft));
}
BENCHMARK(CodecEncodeBody);

/// The frame for all members of the room; encoded once a message, for any number of members.
void CodecEncodeMessageFrame(benchmark::State& state) {
  const Draft draft{
      {"0123456789abcdef", "Ana"}, {Content::Kind::text, kText}, 1'795'262'400'123, "chat-1", "fedcba98", 12};
  const Message message{12, SharedBytes(encode_body(draft))};
  const Event event = Published{"lobby", "1f2e3d4c5b6a7988", &message};
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_frame(chat_v1_formats().websocket, {}, event, out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(CodecEncodeMessageFrame);

void CodecEncodeAckFrame(benchmark::State& state) {
  const Event event = Ack{"lobby", {"1f2e3d4c5b6a7988", 12}, false};
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_frame(chat_v1_formats().websocket, "7", event, out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(CodecEncodeAckFrame);

}  // namespace
}  // namespace chat
