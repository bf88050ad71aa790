#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "apps/load/check/sequence.hpp"

namespace chat::load {

struct Faults {
  std::uint64_t lost = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t out_of_order = 0;
};

/// The larger count of each kind.
Faults worst_of(const Faults& a, const Faults& b);

/// Checks every delivery of a run. It has no sockets and no clocks.
///
/// Each room has `members` clients. The first `senders` of them send and number their messages 1, 2, 3 … . The checker
/// makes three independent checks: the offsets that each member sees; each sender's numbers as each member sees them;
/// and agreement: all members see the same message at an offset, and the sender's ack names that offset. For servers
/// without offsets it checks the senders' numbers only.
class Checker {
 public:
  struct Author {
    std::uint32_t seat = 0;  // the sender's place in the room
    std::uint32_t n = 0;     // its message's number
  };

  Checker(std::uint32_t rooms, std::uint32_t members, std::uint32_t senders, bool has_offsets);

  /// Member `seat` of `room` has joined, and the server has given it all messages up to `offset`.
  void joined(std::uint32_t room, std::uint32_t seat, std::uint64_t offset);
  /// The log of this room lost messages: the checker leaves the room out of all checks.
  void abandon(std::uint32_t room);
  /// The highest offset of `room` that a join, an ack or a delivery has named.
  std::uint64_t top(std::uint32_t room) const { return rooms_[room].top; }
  /// The member will not reconnect: the checker expects no more of it and no longer counts its holes.
  void left(std::uint32_t room, std::uint32_t seat);
  /// `offset` is 0 if the ack names none: of repeated messages the server remembers only the last one's offset.
  void acked(std::uint32_t room, Author author, std::uint64_t offset);
  /// `author` is null for messages of other programs. Returns false for a message seen before.
  bool delivered(std::uint32_t room, std::uint32_t seat, std::uint64_t offset, const Author* author);

  /// Without offsets, a message counts from its send.
  void sent(std::uint32_t room, Author author);
  bool delivered(std::uint32_t room, std::uint32_t seat, Author author);

  std::uint64_t expected() const { return expected_; }
  std::uint64_t got() const { return got_; }
  std::uint64_t disagreements() const { return disagreements_; }
  std::uint32_t abandoned() const { return abandoned_; }
  Faults by_offset() const;
  Faults by_sender() const;
  Faults faults() const { return worst_of(by_offset(), by_sender()); }

 private:
  static constexpr std::size_t kRemembered = 256;  // newest offsets of a room with their authors

  struct Place {
    std::uint64_t offset = 0;
    Author author;
  };
  struct Room {
    std::uint64_t top = 0;  // highest offset that an ack or a delivery has named; without offsets, messages sent
    std::uint32_t present = 0;
    bool is_abandoned = false;
    std::array<Place, kRemembered> places{};
  };
  struct Member {
    bool present = false;
    std::uint64_t got = 0;
    std::uint64_t first = 0;  // the room's top when it joined
    Sequence offsets;
  };

  Member& member(std::uint32_t room, std::uint32_t seat) { return members_[room * seats_ + seat]; }
  void raise(Room& room, std::uint64_t top);
  void raise_sender(std::uint32_t room, Author author);
  void count_new(Member& receiver);
  bool see_number(std::uint32_t room, std::uint32_t seat, Author author);
  void agree(Room& room, std::uint64_t offset, Author author);

  std::uint32_t seats_;
  std::uint32_t senders_;
  bool has_offsets_;
  std::vector<Room> rooms_;
  std::vector<Member> members_;             // room-major
  std::vector<Sequence> numbers_;           // by member, then sender
  std::vector<std::uint32_t> sender_tops_;  // by room, then sender
  std::uint64_t expected_ = 0;
  std::uint64_t got_ = 0;
  std::uint64_t disagreements_ = 0;
  std::uint32_t abandoned_ = 0;
  Faults offset_faults_;
  Faults sender_faults_;
};

}  // namespace chat::load
