#include "apps/load/checker.hpp"

#include <algorithm>
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

Checker::Checker(std::uint32_t rooms, std::uint32_t members, std::uint32_t senders)
    : seats_(members),
      senders_(senders),
      rooms_(rooms),
      members_(std::size_t{rooms} * members),
      numbers_(std::size_t{rooms} * members * senders),
      sender_tops_(std::size_t{rooms} * senders) {}

void Checker::joined(std::uint32_t room, std::uint32_t seat, std::uint64_t offset) {
  Member& who = member(room, seat);
  who.present = true;
  who.first = offset;
  who.offsets.start_after(offset);
  raise(rooms_[room], offset);
  ++rooms_[room].present;
  expected_ += rooms_[room].top - offset;
}

void Checker::left(std::uint32_t room, std::uint32_t seat) {
  Member& who = member(room, seat);
  if (!who.present) return;
  who.present = false;
  --rooms_[room].present;
  expected_ -= rooms_[room].top - who.first;
  got_ -= who.got;
}

void Checker::raise(Room& room, std::uint64_t offset) {
  if (offset <= room.top) return;
  expected_ += (offset - room.top) * room.present;
  room.top = offset;
}

void Checker::agree(Room& room, std::uint64_t offset, Author author) {
  Place& place = room.places[offset % kRemembered];
  if (place.offset < offset) {
    place = {offset, author};
  } else if (place.offset == offset && (place.author.seat != author.seat || place.author.n != author.n)) {
    ++disagreements_;
  }
}

void Checker::acked(std::uint32_t room, Author author, std::uint64_t offset) {
  raise(rooms_[room], offset);
  agree(rooms_[room], offset, author);
  auto& top = sender_tops_[room * senders_ + author.seat];
  top = std::max(top, author.n);
}

bool Checker::delivered(std::uint32_t room, std::uint32_t seat, std::uint64_t offset, const Author* author) {
  raise(rooms_[room], offset);
  Member& who = member(room, seat);
  const auto arrival = who.offsets.see(offset);
  if (arrival == Sequence::Arrival::late) ++offset_faults_.out_of_order;
  if (arrival == Sequence::Arrival::duplicate) ++offset_faults_.duplicates;
  const bool is_new = arrival != Sequence::Arrival::duplicate;
  if (is_new) {
    ++got_;
    ++who.got;
  }
  if (author == nullptr) return is_new;

  agree(rooms_[room], offset, *author);
  auto& top = sender_tops_[room * senders_ + author->seat];
  top = std::max(top, author->n);
  auto& numbers = numbers_[(std::size_t{room} * seats_ + seat) * senders_ + author->seat];
  const auto number = numbers.see(author->n);
  if (number == Sequence::Arrival::late) ++sender_faults_.out_of_order;
  if (number == Sequence::Arrival::duplicate) ++sender_faults_.duplicates;
  return is_new;
}

Faults Checker::by_offset() const {
  Faults faults = offset_faults_;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].present) faults.lost += members_[i].offsets.missing(rooms_[i / seats_].top);
  }
  return faults;
}

Faults Checker::by_sender() const {
  Faults faults = sender_faults_;
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    const std::size_t who = i / senders_;
    if (!members_[who].present) continue;
    faults.lost += numbers_[i].missing(sender_tops_[who / seats_ * senders_ + i % senders_]);
  }
  return faults;
}

Faults Checker::faults() const {
  const Faults a = by_offset();
  const Faults b = by_sender();
  return {std::max(a.lost, b.lost), std::max(a.duplicates, b.duplicates), std::max(a.out_of_order, b.out_of_order)};
}

}  // namespace chat::load
