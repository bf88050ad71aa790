#pragma once

#include <cstdint>
#include <map>
#include <memory>

namespace chat::load {

/// One receiver's view of numbers that should come as 1, 2, 3 … : finds holes, repeats and late arrivals.
class Sequence {
 public:
  enum class Arrival { in_order, after_a_hole, late, duplicate };

  /// What follows is expected to begin at `last` + 1.
  void start_after(std::uint64_t last) { last_ = last; }
  Arrival see(std::uint64_t value);

  /// How many numbers up to and including `top` never came.
  std::uint64_t missing(std::uint64_t top) const;

 private:
  using Holes = std::map<std::uint64_t, std::uint64_t>;  // first → last missing number

  bool fill(std::uint64_t value);

  std::uint64_t last_ = 0;
  std::unique_ptr<Holes> holes_;  // absent while nothing is wrong: there is one Sequence per member and sender
};

}  // namespace chat::load
