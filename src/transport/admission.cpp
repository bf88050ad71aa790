#include "chat/transport/admission.hpp"

#include <algorithm>
#include <cstring>

#include "chat/base/hash.hpp"

namespace chat {
namespace {

namespace ip = boost::asio::ip;

ip::address plain(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

}  // namespace

std::uint64_t address_key(const ip::address& address) {
  const ip::address a = plain(address);
  if (a.is_v4()) return a.to_v4().to_uint();
  std::uint64_t key = 0;
  const auto bytes = a.to_v6().to_bytes();
  for (std::size_t i = 0; i < sizeof key; ++i) key = key << 8 | bytes[i];
  return key;
}

Result<AddressRanges> AddressRanges::parse(const std::vector<std::string>& ranges) {
  AddressRanges parsed;
  for (const auto& range : ranges) {
    boost::system::error_code bad4, bad6;
    const bool bare = range.find('/') == std::string::npos;
    const auto v4 = ip::make_network_v4(bare ? range + "/32" : range, bad4);
    const auto v6 = ip::make_network_v6(bare ? range + "/128" : range, bad6);
    if (!bad4) {
      parsed.v4_.push_back(v4);
    } else if (!bad6) {
      parsed.v6_.push_back(v6);
    } else {
      return Failure{ErrorCode::bad_request, "\"" + range + "\" is not an address range such as 10.0.0.0/8"};
    }
  }
  return parsed;
}

bool AddressRanges::contains(const ip::address& address) const {
  const ip::address a = plain(address);
  if (a.is_v4()) {
    return std::any_of(v4_.begin(), v4_.end(), [v4 = a.to_v4()](const ip::network_v4& range) {
      return ip::network_v4(v4, range.prefix_length()).canonical() == range.canonical();
    });
  }
  return std::any_of(v6_.begin(), v6_.end(), [v6 = a.to_v6()](const ip::network_v6& range) {
    return ip::network_v6(v6, range.prefix_length()).canonical() == range.canonical();
  });
}

ip::address client_address(const ip::address& peer, std::string_view forwarded_for,
                           const AddressRanges& trusted_proxies) {
  ip::address client = plain(peer);
  while (trusted_proxies.contains(client) && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    auto hop = comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
    while (!hop.empty() && hop.front() == ' ') hop.remove_prefix(1);
    while (!hop.empty() && hop.back() == ' ') hop.remove_suffix(1);
    boost::system::error_code error;
    const auto address = ip::make_address(std::string(hop), error);
    if (error) break;
    client = plain(address);
  }
  return client;
}

bool Admission::take(Count& count, std::uint32_t limit) {
  if (count.fetch_add(1, std::memory_order_relaxed) < limit || limit == 0) return true;
  count.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

Admission::Permit Admission::admit(const ip::address& address) {
  const std::uint64_t key = address_key(address);
  if (!take(total_, limits_.connections)) return {};
  if (!take(count_of(key), limits_.per_address)) {
    total_.fetch_sub(1, std::memory_order_relaxed);
    return {};
  }
  return {this, key};
}

bool Admission::move(Permit& place, const ip::address& address) {
  const std::uint64_t key = address_key(address);
  if (key == place.address_) return true;
  if (!take(count_of(key), limits_.per_address)) return false;
  count_of(place.address_).fetch_sub(1, std::memory_order_relaxed);
  place.address_ = key;
  return true;
}

Admission::Count& Admission::count_of(std::uint64_t address) {
  std::array<char, sizeof address> bytes;
  std::memcpy(bytes.data(), &address, sizeof address);
  return by_address_[keyed_hash({bytes.data(), bytes.size()}) % by_address_.size()];
}

void Admission::release(std::uint64_t address) {
  total_.fetch_sub(1, std::memory_order_relaxed);
  count_of(address).fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace chat
