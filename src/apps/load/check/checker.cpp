#include "apps/load/check/checker.hpp"

#include <algorithm>

namespace chat::load {

Faults worst_of(const Faults& a, const Faults& b) {
  return {std::max(a.lost, b.lost), std::max(a.duplicates, b.duplicates), std::max(a.out_of_order, b.out_of_order)};
}

Checker::Checker(std::uint32_t rooms, std::uint32_t members, std::uint32_t senders, bool has_offsets)
    : seats_(members),
      senders_(senders),
      has_offsets_(has_offsets),
      rooms_(rooms),
      members_(std::size_t{rooms} * members),
      numbers_(std::size_t{rooms} * members * senders),
      sender_tops_(std::size_t{rooms} * senders) {}

void Checker::joined(std::uint32_t room, std::uint32_t seat, std::uint64_t offset) {
  if (rooms_[room].is_abandoned) return;
  Member& receiver = member(room, seat);
  receiver.present = true;
  receiver.offsets.start_after(offset);
  raise(rooms_[room], offset);
  receiver.first = has_offsets_ ? offset : rooms_[room].top;
  ++rooms_[room].present;
  expected_ += rooms_[room].top - receiver.first;
}

void Checker::left(std::uint32_t room, std::uint32_t seat) {
  Member& receiver = member(room, seat);
  if (!receiver.present) return;
  receiver.present = false;
  --rooms_[room].present;
  expected_ -= rooms_[room].top - receiver.first;
  got_ -= receiver.got;
}

void Checker::abandon(std::uint32_t room) {
  if (rooms_[room].is_abandoned) return;
  for (std::uint32_t seat = 0; seat < seats_; ++seat) left(room, seat);
  rooms_[room].is_abandoned = true;
  ++abandoned_;
}

void Checker::raise(Room& room, std::uint64_t top) {
  if (top <= room.top) return;
  expected_ += (top - room.top) * room.present;
  room.top = top;
}

void Checker::raise_sender(std::uint32_t room, Author author) {
  auto& top = sender_tops_[room * senders_ + author.seat];
  if (author.n <= top) return;
  if (!has_offsets_) raise(rooms_[room], rooms_[room].top + author.n - top);
  top = author.n;
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
  if (rooms_[room].is_abandoned) return;
  raise_sender(room, author);
  if (offset == 0) return;
  raise(rooms_[room], offset);
  agree(rooms_[room], offset, author);
}

void Checker::sent(std::uint32_t room, Author author) { raise_sender(room, author); }

bool Checker::delivered(std::uint32_t room, std::uint32_t seat, std::uint64_t offset, const Author* author) {
  if (rooms_[room].is_abandoned) return true;
  raise(rooms_[room], offset);
  Member& receiver = member(room, seat);
  const auto arrival = receiver.offsets.see(offset);
  if (arrival == Sequence::Arrival::late) ++offset_faults_.out_of_order;
  if (arrival == Sequence::Arrival::duplicate) ++offset_faults_.duplicates;
  const bool is_new = arrival != Sequence::Arrival::duplicate;
  if (is_new) count_new(receiver);
  if (author == nullptr) return is_new;

  agree(rooms_[room], offset, *author);
  see_number(room, seat, *author);
  return is_new;
}

bool Checker::delivered(std::uint32_t room, std::uint32_t seat, Author author) {
  const bool is_new = see_number(room, seat, author);
  if (is_new) count_new(member(room, seat));
  return is_new;
}

void Checker::count_new(Member& receiver) {
  ++got_;
  ++receiver.got;
}

/// Returns false for a number seen before.
bool Checker::see_number(std::uint32_t room, std::uint32_t seat, Author author) {
  raise_sender(room, author);
  const auto arrival = numbers_[(std::size_t{room} * seats_ + seat) * senders_ + author.seat].see(author.n);
  if (arrival == Sequence::Arrival::late) ++sender_faults_.out_of_order;
  if (arrival == Sequence::Arrival::duplicate) ++sender_faults_.duplicates;
  return arrival != Sequence::Arrival::duplicate;
}

Faults Checker::by_offset() const {
  Faults faults = offset_faults_;
  if (!has_offsets_) return faults;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].present) faults.lost += members_[i].offsets.missing(rooms_[i / seats_].top);
  }
  return faults;
}

Faults Checker::by_sender() const {
  Faults faults = sender_faults_;
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    const std::size_t receiver = i / senders_;
    if (!members_[receiver].present) continue;
    faults.lost += numbers_[i].missing(sender_tops_[receiver / seats_ * senders_ + i % senders_]);
  }
  return faults;
}

}  // namespace chat::load
