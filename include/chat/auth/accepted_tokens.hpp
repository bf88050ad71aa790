#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace chat {

/// The tokens that a node has accepted lately, as hashes in a fixed amount of memory (128 KiB): a later token may take
/// the place of an earlier one. Thread: any.
class AcceptedTokens {
 public:
  bool contains(std::string_view token) const;
  void add(std::string_view token);
  void remove(std::string_view token);

 private:
  static constexpr std::size_t kPlaces = 16'384;
  using Place = std::atomic<std::uint64_t>;
  Place& place_of(std::uint64_t hash) const { return (*places_)[hash % kPlaces]; }

  std::unique_ptr<std::array<Place, kPlaces>> places_ = std::make_unique<std::array<Place, kPlaces>>();
};

}  // namespace chat
