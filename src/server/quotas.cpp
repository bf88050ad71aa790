#include "server/quotas.hpp"

#include <algorithm>

namespace chat {
namespace {

constexpr std::uint32_t kBurstSeconds = 5;   // of requests: a page that comes back enters its rooms at once
constexpr std::uint32_t kRoomSeconds = 300;  // to push a whole history out of a room, from one address
constexpr std::uint32_t kLeastInRoom = 2;    // messages a second, however short the history
constexpr std::uint32_t kLeastRoomBurst = 50;
constexpr std::uint64_t kMaxInput = 1'000'000'000;
constexpr std::uint32_t kBytesPerMessage = 16 * 1024;  // of input, for each message that may be sent

/// All clients behind one address may lose their connections at once, and come back.
std::uint32_t everybody(const Config& config) {
  return config.max_connections_per_address > 0 ? config.max_connections_per_address : 10'000;
}

bool no_addresses(const Config& config) { return config.people_per_address == 0; }

}  // namespace

RateLimit requests_of_person(const Config& config) {
  return {config.joins_per_second, config.joins_per_second * kBurstSeconds};
}

RateLimit requests_of_address(const Config& config) {
  const std::uint32_t per_second = config.joins_per_second * config.people_per_address;
  return {per_second, std::max(per_second * kBurstSeconds, everybody(config) * 2)};
}

UsageLimits usage_limits(const Config& config) {
  UsageLimits limits;
  if (config.messages_per_second == 0) return limits;
  limits.person_messages = {config.messages_per_second, config.message_burst};
  if (no_addresses(config)) return limits;
  const std::uint32_t people = config.people_per_address;
  limits.address_messages = {config.messages_per_second * people, config.message_burst * people};
  limits.room_messages = {std::max(kLeastInRoom, config.history_size / kRoomSeconds),
                          std::max(kLeastRoomBurst, config.history_size / 20)};
  limits.new_senders = {people, everybody(config) / 2};
  limits.new_rooms = {std::max(1U, people / 10), kLeastRoomBurst};
  return limits;
}

RateLimit connects_of_address(const Config& config) {
  if (no_addresses(config) || config.max_connections_per_address == 0) return {};
  return {std::max(1U, config.max_connections_per_address / 10), config.max_connections_per_address * 2};
}

RateLimit token_faults_of_address(const Config& config) {
  if (no_addresses(config)) return {};
  return {std::max(1U, config.people_per_address / 2), 5 * config.people_per_address};
}

RateLimit http_requests_of_address(const Config& config) {
  if (no_addresses(config) || config.joins_per_second == 0) return {};
  return {50 * config.people_per_address, 500 * config.people_per_address};
}

RateLimit input_of_address(const Config& config) {
  if (no_addresses(config) || config.messages_per_second == 0) return {};
  const std::uint64_t per_second =
      std::uint64_t{config.messages_per_second} * config.people_per_address * kBytesPerMessage;
  const auto capped = static_cast<std::uint32_t>(std::min(per_second, kMaxInput));
  return {capped, 2 * capped};
}

}  // namespace chat
