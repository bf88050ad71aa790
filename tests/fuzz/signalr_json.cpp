// SignalR in JSON text. Both encodings say the same of each event, and each request that was decoded can be written by
// a client and is decoded equal.
#include <cstdint>
#include <string_view>

#include "fuzz/signalr_checks.hpp"
#include "protocols/signalr/codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chat::check_requests(chat::signalr_json_codec(), {reinterpret_cast<const char*>(data), size});
  return 0;
}
