#include "chat/codec/msgpack_timestamp.hpp"

#include <chrono>
#include <cstdint>

namespace chat {
namespace {

constexpr std::uint32_t kNanosecondsOfSecond = 1'000'000'000;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

void append_digits(std::string& out, std::uint64_t value, std::size_t count) {
  const auto digits = std::to_string(value);
  out.append(count - digits.size(), '0').append(digits);
}

std::optional<std::string> written(std::int64_t seconds, std::uint64_t nanoseconds) {
  using namespace std::chrono;
  constexpr auto kFirst = sys_days(year(0) / 1 / 1).time_since_epoch() / std::chrono::seconds(1);
  constexpr auto kEnd = sys_days(year(10000) / 1 / 1).time_since_epoch() / std::chrono::seconds(1);
  if (seconds < kFirst || seconds >= kEnd || nanoseconds >= kNanosecondsOfSecond) return std::nullopt;
  const sys_seconds moment{std::chrono::seconds(seconds)};
  const auto midnight = floor<days>(moment);
  const year_month_day date(midnight);
  const hh_mm_ss time(moment - midnight);
  std::string out;
  const auto put = [&out](auto value, std::size_t count, char behind) {
    append_digits(out, static_cast<std::uint64_t>(value), count);
    out += behind;
  };
  put(static_cast<int>(date.year()), 4, '-');
  put(static_cast<unsigned>(date.month()), 2, '-');
  put(static_cast<unsigned>(date.day()), 2, 'T');
  put(time.hours().count(), 2, ':');
  put(time.minutes().count(), 2, ':');
  put(time.seconds().count(), 2, '.');
  constexpr std::uint64_t kNanosecondsOfMillisecond = 1'000'000;
  const bool is_fine = nanoseconds % kNanosecondsOfMillisecond != 0;
  put(is_fine ? nanoseconds : nanoseconds / kNanosecondsOfMillisecond, is_fine ? 9 : 3, 'Z');
  return out;
}

}  // namespace

std::optional<std::string> msgpack_timestamp(std::string_view content) {
  constexpr int kSecondsBits = 34;
  switch (content.size()) {
    case 4:
      return written(static_cast<std::int64_t>(big_endian(content)), 0);
    case 8: {
      const auto both = big_endian(content);
      const auto seconds = both & ((std::uint64_t{1} << kSecondsBits) - 1);
      return written(static_cast<std::int64_t>(seconds), both >> kSecondsBits);
    }
    case 12:
      return written(static_cast<std::int64_t>(big_endian(content.substr(4))), big_endian(content.substr(0, 4)));
    default:
      return std::nullopt;
  }
}

}  // namespace chat
