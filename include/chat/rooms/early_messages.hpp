#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "chat/core/message.hpp"
#include "chat/core/position.hpp"

namespace chat {

/// Messages of one epoch that have arrived and cannot be delivered yet, by offset. Pure state; thread: the loop of the
/// rooms. Owner: RoomLog. Bound: kMax messages and kMaxBytes bytes.
class EarlyMessages {
 public:
  static constexpr std::size_t kMax = 1024;
  static constexpr std::size_t kMaxBytes = 4 * 1024 * 1024;

  explicit EarlyMessages(std::string_view epoch) : epoch_(epoch) {}

  const Epoch& epoch() const { return epoch_; }
  /// Keeps a message. `arrival`: the number of its publication, which rises. Returns false if a message was dropped:
  /// this one beyond the bound, or both of one offset if their bodies differ, because one of the two is forged.
  bool add(Message message, std::uint64_t arrival);
  /// The last arrival, kept or not.
  std::uint64_t newest_arrival() const { return newest_arrival_; }

  struct First {
    Offset offset;
    std::uint64_t arrival;
  };
  /// The message with the lowest offset; none if there is no message.
  std::optional<First> first() const;
  /// Removes that message. Precondition: there is one.
  Message take_first();
  std::optional<Offset> highest() const;

  /// Drops the messages above `top` that arrived up to `arrival`.
  void drop_above(Offset top, std::uint64_t arrival);

 private:
  struct Entry {
    SharedBytes body;
    std::uint64_t arrival;
  };
  using Entries = std::map<Offset, Entry>;
  Entries::iterator drop(Entries::iterator entry);

  Epoch epoch_;
  Entries entries_;
  std::size_t bytes_ = 0;
  std::uint64_t newest_arrival_ = 0;
};

}  // namespace chat
