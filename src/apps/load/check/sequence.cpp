#include "apps/load/check/sequence.hpp"

#include <iterator>

namespace chat::load {

Sequence::Arrival Sequence::see(std::uint64_t value) {
  if (value == last_ + 1) {
    last_ = value;
    return Arrival::in_order;
  }
  if (value <= last_) return fill(value) ? Arrival::late : Arrival::duplicate;
  if (!holes_) holes_ = std::make_unique<Holes>();
  holes_->emplace(last_ + 1, value - 1);
  last_ = value;
  return Arrival::after_a_hole;
}

bool Sequence::fill(std::uint64_t value) {
  if (!holes_) return false;
  auto above = holes_->upper_bound(value);
  if (above == holes_->begin()) return false;
  const auto hole = std::prev(above);
  const auto [first, last] = *hole;
  if (value > last) return false;
  holes_->erase(hole);
  if (first < value) holes_->emplace(first, value - 1);
  if (value < last) holes_->emplace(value + 1, last);
  return true;
}

std::uint64_t Sequence::missing(std::uint64_t top) const {
  std::uint64_t count = top > last_ ? top - last_ : 0;
  if (holes_) {
    for (const auto& [first, last] : *holes_) count += last - first + 1;
  }
  return count;
}

}  // namespace chat::load
