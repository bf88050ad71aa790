#include "backplane/redis/memory_watch.hpp"

#include <charconv>
#include <cstdint>

#include "chat/base/log.hpp"

namespace chat::redis {
namespace {

constexpr Seconds kEvery{5};

std::uint64_t number_of(std::string_view info, std::string_view key) {
  std::uint64_t number = 0;
  const auto start = info.find(key);
  if (start == std::string_view::npos) return 0;
  info.remove_prefix(start + key.size());
  std::from_chars(info.data(), info.data() + info.size(), number);
  return number;
}

}  // namespace

StoreMemory MemoryWatch::memory_in(std::string_view info) {
  return {number_of(info, "\nused_memory:"), number_of(info, "\nmaxmemory:")};
}

double MemoryWatch::used_part(StoreMemory memory) {
  return memory.max_bytes == 0 ? 0 : static_cast<double>(memory.used_bytes) / static_cast<double>(memory.max_bytes);
}

void MemoryWatch::start() {
  ask();
  timer_.expires_after(kEvery);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) start();
  });
}

void MemoryWatch::ask() {
  if (!link_.is_up()) return;
  link_.send({"INFO", "memory"}, [this](const Reply::Part* reply) {
    if (reply == nullptr || reply->is_error()) return;
    last_ = memory_in(reply->text());
    const double used = used_part(last_);
    const bool is_high = used >= kWarning;
    if (is_high == std::exchange(warned_, is_high)) return;
    const auto percent = static_cast<int>(used * 100);
    if (is_high) {
      log_warn("redis_nearly_full", {{"percent_of_maxmemory", percent}, {"no_new_rooms_from", 90}});
    } else {
      log_info("redis_has_room_again", {{"percent_of_maxmemory", percent}});
    }
  });
}

}  // namespace chat::redis
