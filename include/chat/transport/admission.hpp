#pragma once

#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/hash.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// Address ranges, "10.0.0.0/8" or "::1".
class AddressRanges {
 public:
  /// Errors: bad_request with a sentence.
  static Result<AddressRanges> parse(const std::vector<std::string>& ranges);
  bool contains(const boost::asio::ip::address& address) const;

 private:
  std::vector<boost::asio::ip::network_v4> v4_;
  std::vector<boost::asio::ip::network_v6> v6_;
};

/// Whose connection it is: the peer, or, where the peer is a trusted proxy, the right-most address of X-Forwarded-For
/// that is not one too.
boost::asio::ip::address client_address(const boost::asio::ip::address& peer, std::string_view forwarded_for,
                                        const AddressRanges& trusted_proxies);

/// How many connections a node takes, in all and from one address (one /64 for IPv6). 0 = no limit.
struct AdmissionLimits {
  std::uint32_t connections = 0;
  std::uint32_t per_address = 0;
};

/// Counts the connections of one shard; the total is shared. A shard takes its even share of what one address may have.
/// Thread: its shard.
class Admission {
 public:
  Admission(AdmissionLimits limits, std::size_t shards, std::atomic<std::uint32_t>& total);

  /// A place, given back when it is destroyed; empty when there is none.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)), key_(std::move(other.key_)) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(admission_, other.admission_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Place() {
      if (admission_ != nullptr) admission_->release(key_);
    }
    explicit operator bool() const { return admission_ != nullptr; }

   private:
    friend class Admission;
    Place(Admission* admission, std::string key) : admission_(admission), key_(std::move(key)) {}
    Admission* admission_ = nullptr;
    std::string key_;  // at most eight bytes: no allocation
  };
  Place admit(const boost::asio::ip::address& address);

 private:
  void release(const std::string& key);

  AdmissionLimits limits_;
  std::atomic<std::uint32_t>& total_;
  TextMap<std::uint32_t> by_address_;
};

}  // namespace chat
