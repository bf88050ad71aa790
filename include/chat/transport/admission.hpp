#pragma once

#include <array>
#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// The address of the client: the peer, or, behind a trusted proxy, the right-most address of X-Forwarded-For that is
/// no trusted proxy.
boost::asio::ip::address client_address(const boost::asio::ip::address& peer, std::string_view forwarded_for,
                                        const AddressRanges& trusted_proxies);

/// An address as a number that is the same on all nodes: IPv4, or the first 64 bits of IPv6, since a household has all
/// addresses below those.
std::uint64_t address_key(const boost::asio::ip::address& address);

/// How many connections a node takes, in all and from one address (one /64 for IPv6). 0 = no limit.
struct AdmissionLimits {
  std::uint32_t connections = 0;
  std::uint32_t per_address = 0;
};

/// Counts the connections of a node. Addresses are counted in a table of fixed size by their hash, so that no shard
/// waits for another. Two busy addresses in one of the 65,536 places share its limit, which is rare. Thread: any.
class Admission {
 public:
  explicit Admission(AdmissionLimits limits) : limits_(limits) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  /// A place, given back when it is destroyed; empty when there is none.
  class Permit {
   public:
    Permit() = default;
    Permit(Permit&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)), address_(other.address_) {}
    Permit& operator=(Permit&& other) noexcept {
      std::swap(admission_, other.admission_);
      std::swap(address_, other.address_);
      return *this;
    }
    ~Permit() {
      if (admission_ != nullptr) admission_->release(address_);
    }
    explicit operator bool() const { return admission_ != nullptr; }
    /// The client's address, see address_key().
    std::uint64_t address() const { return address_; }

   private:
    friend class Admission;
    Permit(Admission* admission, std::uint64_t address) : admission_(admission), address_(address) {}
    Admission* admission_ = nullptr;
    std::uint64_t address_ = 0;
  };
  Permit admit(const boost::asio::ip::address& address);
  /// Counts a place as another address's from now on. Returns false, and changes nothing, if that address has all it
  /// may have.
  bool move(Permit& place, const boost::asio::ip::address& address);

  /// Whether new clients are served at all. Requests of those that are here, and plain HTTP, always are.
  bool is_open() const { return open_.load(std::memory_order_relaxed); }
  void set_open(bool open) { open_.store(open, std::memory_order_relaxed); }

 private:
  using Count = std::atomic<std::uint32_t>;
  static bool take(Count& count, std::uint32_t limit);
  Count& count_of(std::uint64_t address);
  void release(std::uint64_t address);

  AdmissionLimits limits_;
  std::atomic<bool> open_{true};
  Count total_{0};
  std::array<Count, 65536> by_address_{};
};

}  // namespace chat
