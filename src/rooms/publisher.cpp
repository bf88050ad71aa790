#include "rooms/publisher.hpp"

#include <memory>
#include <string>
#include <utility>

#include "chat/base/mutant.hpp"
#include "chat/base/trace.hpp"

namespace chat {
namespace {

constexpr Milliseconds kRetryWhenFull{60'000};

Completion<Ack> traced(const Append& append, Completion<Ack> done) {
  return [room = append.room, seq = append.seq, done = std::move(done)](Result<Ack> ack) {
    trace(Hop::stored, {{"room", room}, {"seq", seq}, {"offset", ack ? ack->position.offset : 0}});
    done(std::move(ack));
  };
}

/// It is not known of a room that is still being opened whether it has a log.
/// A message from outside a room, to an inbox, may be its first.
bool is_first_of(const Room* room) { return room == nullptr || (!room->is_begun && room->log.last().offset == 0); }

}  // namespace

std::optional<Failure> Publisher::charge(const Append& append, const Payer& payer, const Room* room) {
  const std::size_t members = room == nullptr ? 0 : room->audience.count();
  return metering_.charge(append, payer, members, is_first_of(room));
}

void Publisher::find(const Append& append, Completion<Ack> done) {
  static const auto kTerms = std::make_shared<const AppendTerms>(AppendTerms{{}, {}, true, true});
  Append question{append.room, append.sender, append.seq, {}};
  question.terms = kTerms;
  question.idempotency_key = append.idempotency_key;
  question.key_budget = append.key_budget;
  backplane_.append(std::move(question), [room = append.room, done = std::move(done)](const Result<Appended>& found) {
    if (!found) return done(found.error());
    done(Ack{room, found->position, true});
  });
}

void Publisher::publish(Append&& append, const std::optional<Payer>& payer, Completion<Ack>&& done) {
  Room* const room = rooms_.find(append.room);
  if (is_mutant("ack-before-append") && room != nullptr) {
    const Position& last = room->log.last();
    std::exchange(done, [](const Result<Ack>&) {})(Ack{room->name, {last.epoch, last.offset + 1}});
  }
  const bool is_first = is_first_of(room);
  if (is_first && !backplane_.takes_new_rooms()) {
    return done(Failure{ErrorCode::busy, "the store is nearly full, no new rooms for now", kRetryWhenFull});
  }
  if (payer) {
    if (auto refusal = charge(append, *payer, room)) return done(std::move(*refusal));
  }
  if (is_first && room != nullptr) room->is_begun = true;
  if (append.seq > 0 && !metering_.is_off()) {
    done = [this, sender = Metering::key(append), done = std::move(done)](Result<Ack> ack) {
      if (ack) metering_.on_stored(sender);
      done(std::move(ack));
    };
  }
  if (is_traced(Hop::stored)) done = traced(append, std::move(done));
  std::string name = append.room;
  backplane_.append(std::move(append),
                    [name = std::move(name), done = std::move(done)](const Result<Appended>& appended) {
                      if (!appended) return done(appended.error());
                      done(Ack{name, appended->position, appended->duplicate});
                    });
}

}  // namespace chat
