#include "chat/base/clock.hpp"

#include <array>
#include <ctime>

namespace chat {

UnixMs SystemClock::unix_ms() const {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return (std::chrono::duration_cast<Milliseconds>(since_1970) - correction()).count();
}

UnixUs SystemClock::unix_us() const {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count();
}

std::string to_rfc3339(UnixMs time) {
  const std::time_t seconds = time / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 80> text{};
  const auto length =
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                    utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<int>(time % 1000));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace chat
