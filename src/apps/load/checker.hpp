#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

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

struct Faults {
  std::uint64_t lost = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t out_of_order = 0;
};

/// Judges every delivery of a run: no sockets, no clocks.
///
/// Each room has `members` clients, of which the first `senders` send, numbering their messages 1, 2, 3 … . Three
/// independent checks: offsets as seen by each member; each sender's numbers as seen by each member; and agreement:
/// whoever sees offset o of a room sees the same message there, and the sender's ack named that offset.
class Checker {
 public:
  struct Author {
    std::uint32_t seat = 0;  // the sender's place in the room
    std::uint32_t n = 0;     // its message's number
  };

  Checker(std::uint32_t rooms, std::uint32_t members, std::uint32_t senders);

  /// Member `seat` of `room` is in, and has been given everything up to `offset`.
  void joined(std::uint32_t room, std::uint32_t seat, std::uint64_t offset);
  /// The member's connection ended: nothing more is expected of it. Its holes so far no longer count.
  void left(std::uint32_t room, std::uint32_t seat);
  void acked(std::uint32_t room, Author author, std::uint64_t offset);
  /// `author` is null for messages that are not of this run. Returns false for a message seen before.
  bool delivered(std::uint32_t room, std::uint32_t seat, std::uint64_t offset, const Author* author);

  std::uint64_t expected() const { return expected_; }
  std::uint64_t got() const { return got_; }
  std::uint64_t disagreements() const { return disagreements_; }
  Faults by_offset() const;
  Faults by_sender() const;
  /// The worse of both views, per kind.
  Faults faults() const;

 private:
  static constexpr std::size_t kRemembered = 256;  // newest offsets of a room whose author is remembered

  struct Place {
    std::uint64_t offset = 0;
    Author author;
  };
  struct Room {
    std::uint64_t top = 0;  // highest offset that an ack or a delivery has named
    std::uint32_t present = 0;
    std::array<Place, kRemembered> places{};
  };
  struct Member {
    bool present = false;
    std::uint64_t got = 0;
    std::uint64_t first = 0;  // offset at which it joined
    Sequence offsets;
  };

  Member& member(std::uint32_t room, std::uint32_t seat) { return members_[room * seats_ + seat]; }
  void raise(Room& room, std::uint64_t offset);
  void agree(Room& room, std::uint64_t offset, Author author);

  std::uint32_t seats_;
  std::uint32_t senders_;
  std::vector<Room> rooms_;
  std::vector<Member> members_;             // room-major
  std::vector<Sequence> numbers_;           // by member, then sender
  std::vector<std::uint32_t> sender_tops_;  // by room, then sender
  std::uint64_t expected_ = 0;
  std::uint64_t got_ = 0;
  std::uint64_t disagreements_ = 0;
  Faults offset_faults_;
  Faults sender_faults_;
};

}  // namespace chat::load
