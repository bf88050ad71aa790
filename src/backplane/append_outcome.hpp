#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/backplane/backplane.hpp"

/// The answers of a store to the appends of a turn, and their count in the metrics. Thread: any.
namespace chat {

/// The step that stores messages answers each with a code: 0 stored, 1 duplicate, 2 out of sequence (`last`: the
/// sender's last seq), 3 too many senders, 4 too early (`last`: milliseconds to wait), 5 no such room, 6 too many keys,
/// 7 no repetition.
Result<Appended> append_outcome(std::int64_t code, const Epoch& epoch, Offset offset, std::uint64_t last);

/// The refusal of an append before the store sees it.
Failure too_much_under_way();

void count_append(const Result<Appended>& outcome);
/// The store has refused a call as a whole.
void count_refused_appends(std::size_t appends);
/// The store has given no answer.
void count_unknown_appends(std::size_t appends);
/// How long a turn took.
void observe_appends(Instant begun, Instant ended);

}  // namespace chat
