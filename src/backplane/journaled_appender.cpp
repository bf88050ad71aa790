#include "backplane/journaled_appender.hpp"

#include <utility>

#include "chat/base/log.hpp"

namespace chat {

void JournaledAppender::append(Append append, bool after_gap, Completion<Appended> done) {
  thread_.in();
  if (append.terms && append.terms->only_repetition)
    return store_.append(std::move(append), after_gap, std::move(done));
  Append kept = append;
  kept.terms.reset();  // it has met them
  store_.append(std::move(append), after_gap,
                [this, kept = std::move(kept), done = std::move(done)](const Result<Appended>& appended) mutable {
                  done(appended);
                  if (appended && appended->position.offset > 0)
                    journal_.add(std::move(kept), appended->position, clock_.now());
                });
}

void JournaledAppender::on_available(bool has_restarted) {
  is_available_ = true;
  has_restarted_ = has_restarted || (has_restarted_ && !unchecked_.empty());
  unchecked_ = journal_.rooms();
  available_since_ = clock_.now();
  restore_rooms();
}

void JournaledAppender::check() {
  if (!is_available_) return;
  if (unchecked_.empty()) journal_.expire(clock_.now());
  restore_rooms();
}

void JournaledAppender::restore_rooms() {
  for (const auto& room : std::set(unchecked_)) {
    store_.state(room, [this, room](const Result<LogState>& log) {
      if (log) on_state(room, *log);  // otherwise check() reads again
    });
  }
}

void JournaledAppender::on_state(const std::string& room, const LogState& log) {
  thread_.in();
  if (!is_available_) return;  // compared when the store is back: it may have restarted
  std::vector<Journal::Lost> found;
  if (unchecked_.erase(room) > 0) found = journal_.take_lost(room, log, has_restarted_);
  journal_.forget_wiped(room, log);
  const bool others_had_time = clock_.now() - available_since_ > Journal::kAge;
  for (const auto& lost : found) restore(lost, others_had_time);
}

void JournaledAppender::restore(const Journal::Lost& lost, bool after_gap) {
  log_warn("restoring", {{"room", lost.append.room}, {"sender", lost.append.sender}, {"seq", lost.append.seq}});
  append(lost.append, after_gap, [this, lost](const Result<Appended>& appended) {
    if (appended) return;
    // The store is away again or full, or misses an earlier message: check() tries again.
    journal_.add(lost.append, lost.position, clock_.now());
    unchecked_.insert(lost.append.room);
  });
}

}  // namespace chat
