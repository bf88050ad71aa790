#pragma once

#include <cstdint>
#include <map>
#include <memory>

namespace chat::load {

/// One receiver's view of numbers that should arrive as 1, 2, 3 … . It finds holes, repetitions and late arrivals.
class Sequence {
 public:
  enum class Arrival { in_order, after_a_hole, late, duplicate };

  /// Expects `last` + 1 next.
  void start_after(std::uint64_t last) { last_ = last; }
  Arrival see(std::uint64_t value);

  /// The number of values up to and including `top` that never arrived.
  std::uint64_t missing(std::uint64_t top) const;

 private:
  using Holes = std::map<std::uint64_t, std::uint64_t>;  // first → last missing number

  bool fill(std::uint64_t value);

  std::uint64_t last_ = 0;
  std::unique_ptr<Holes> holes_;  // absent without holes, since each member has a Sequence per sender
};

}  // namespace chat::load
