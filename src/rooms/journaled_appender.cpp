#include "rooms/journaled_appender.hpp"

#include <utility>

#include "chat/base/log.hpp"

namespace chat {

void JournaledAppender::append(Append append, Completion<Ack> done) {
  Append kept = append;
  backplane_.append(std::move(append),
                    [this, kept = std::move(kept), done = std::move(done)](const Result<Appended>& appended) mutable {
                      if (!appended) return done(appended.error());
                      done(Ack{kept.room, appended->position, appended->duplicate});
                      if (appended->position.offset > 0)
                        journal_.add(std::move(kept), appended->position, clock_.now());
                    });
}

void JournaledAppender::on_available(bool has_restarted) {
  has_restarted_ = has_restarted || (has_restarted_ && !unchecked_.empty());
  unchecked_ = journal_.rooms();
  available_since_ = clock_.now();
  restore_rooms();
}

void JournaledAppender::check() {
  if (unchecked_.empty()) journal_.expire(clock_.now());
  restore_rooms();
}

void JournaledAppender::on_wiped(const std::string& room, const Epoch& epoch) {
  if (!unchecked_.contains(room)) journal_.forget(room, epoch);
}

void JournaledAppender::restore_rooms() {
  for (const auto& room : std::set(unchecked_)) {
    backplane_.state(room, [this, room](const Result<LogState>& log) {
      if (log) restore(room, *log);  // otherwise check() reads again
    });
  }
}

void JournaledAppender::restore(const std::string& room, const LogState& log) {
  unchecked_.erase(room);
  const bool others_had_time = clock_.now() - available_since_ > Journal::kAge;
  for (auto& [lost, position] : journal_.take_lost(room, log, has_restarted_)) {
    log_warn("restoring", {{"room", room}, {"sender", lost.sender}, {"seq", lost.seq}});
    lost.after_gap = others_had_time;
    append(lost, [this, lost, position](const Result<Ack>& stored) {
      if (stored) return;
      // The store is away again or full, or misses an earlier message: check() tries again.
      journal_.add(lost, position, clock_.now());
      unchecked_.insert(lost.room);
    });
  }
}

}  // namespace chat
