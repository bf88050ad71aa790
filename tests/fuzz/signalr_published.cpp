// A message whose body any program may have written to the log, as both encodings of SignalR tell it.
#include <cstdint>
#include <string_view>

#include "fuzz/signalr_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chat::check_published({reinterpret_cast<const char*>(data), size});
  return 0;
}
