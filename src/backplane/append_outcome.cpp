#include "backplane/append_outcome.hpp"

#include "chat/base/metrics.hpp"
#include "chat/core/policy.hpp"

namespace chat {
namespace {

constexpr Milliseconds kRetryWhenBusy{200};
constexpr Milliseconds kRetryWhenCrowded{60'000};

constexpr const char* kTooManySenders = "too many new senders have come to this room in the last minutes";
constexpr const char* kTooManyKeys =
    "this room has stored as many messages with an idempotency key as a day may have; new ones go on at midnight (UTC)";

Histogram append_time{
    "chat_append_seconds",
    "Time of a turn of appends, until the store has answered and the acknowledgement level is reached",
    {500, 1'000, 2'000, 5'000, 10'000, 20'000, 50'000, 100'000, 200'000, 500'000, 1'000'000, 2'000'000}};

constexpr const char* kAppendsHelp = "Messages given to the store, by its answer; unknown: it has given none";
Counter stored{"chat_appends_total{result=\"stored\"}", kAppendsHelp};
Counter duplicates{"chat_appends_total{result=\"duplicate\"}", kAppendsHelp};
Counter refused_appends{"chat_appends_total{result=\"refused\"}", kAppendsHelp};
Counter unknown_appends{"chat_appends_total{result=\"unknown\"}", kAppendsHelp};

}  // namespace

Result<Appended> append_outcome(std::int64_t code, const Epoch& epoch, Offset offset, std::uint64_t last) {
  switch (code) {
    case 2:
      return Failure{ErrorCode::out_of_sequence, "messages of this sender are missing before it", {}, last};
    case 3:
      return Failure{ErrorCode::busy, kTooManySenders, kRetryWhenCrowded};
    case 4:
      return slow_mode(Milliseconds(last));
    case 5:
      return closed_room();
    case 6:
      return Failure{ErrorCode::busy, kTooManyKeys, kRetryWhenCrowded};
    case 7:
      return not_stored();
    default:
      return Appended{{epoch, offset}, code == 1};
  }
}

Failure too_much_under_way() { return {ErrorCode::busy, "too much is under way, try again", kRetryWhenBusy}; }

void count_append(const Result<Appended>& outcome) {
  Counter& counter = !outcome ? refused_appends : outcome->duplicate ? duplicates : stored;
  counter.add();
}

void count_refused_appends(std::size_t appends) { refused_appends.add(appends); }

void count_unknown_appends(std::size_t appends) { unknown_appends.add(appends); }

void observe_appends(Instant begun, Instant ended) {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(ended - begun);
  append_time.observe(static_cast<std::uint64_t>(took.count()));
}

}  // namespace chat
