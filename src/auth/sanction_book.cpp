#include "chat/auth/sanction_book.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/log.hpp"

namespace chat {

SanctionBook::SanctionBook(ClusterKv& kv, const Clock& clock, Events events)
    : kv_(kv),
      clock_(clock),
      events_(std::move(events)),
      store_(kv, clock),
      published_(std::make_shared<const Sanctions>()) {}

void SanctionBook::start() {
  kv_.watch(SanctionStore::kList, [this] { read(); });
}

void SanctionBook::check() {
  if (read_again_ || (look_at_ > 0 && clock_.unix_ms() >= look_at_)) return read();
  take(snapshot()->list(clock_.unix_ms()));
}

/// One reading at a time: of all changes during one, a single further reading shows the outcome.
void SanctionBook::read() {
  read_again_ = reading_;
  if (std::exchange(reading_, true)) return;
  store_.read_marked([this](Result<SanctionStore::Reading> reading) {
    reading_ = false;
    if (!reading) {
      read_again_ = true;
      return events_.wake_after(kRetry);
    }
    has_read_ = true;
    take(std::move(*reading));
    if (read_again_) read();
  });
}

/// A list that has lost its mark has lost all that it had; entries in it are newer.
void SanctionBook::take(SanctionStore::Reading reading) {
  if (!reading.is_marked && restoring_) return;
  const bool is_lost = !reading.is_marked && is_marked_;
  if (!reading.is_marked && !is_lost && !reading.sanctions.empty()) store_.mark([](const Result<bool>&) {});
  if (is_lost && !snapshot()->list(clock_.unix_ms()).empty()) return restore();
  is_marked_ = reading.is_marked;
  look_again();
  take(std::move(reading.sanctions));
}

/// The mark comes last: without it the other nodes restore, too. A change of the list is told, so it is read again.
void SanctionBook::restore() {
  const auto kept = snapshot()->list(clock_.unix_ms());
  log_warn("sanctions_restored", {{"sanctions", kept.size()}});
  restoring_ = true;
  for (const auto& sanction : kept) store_.restore(sanction, [](const Result<bool>&) {});
  store_.mark([this](const Result<bool>&) {
    restoring_ = false;
    read();
  });
}

void SanctionBook::look_again() {
  const auto sanctions = static_cast<UnixMs>(snapshot()->list(clock_.unix_ms()).size());
  look_at_ = clock_.unix_ms() + (kMaxWait + sanctions * kMaxWaitEach).count();
}

void SanctionBook::take(std::vector<Sanction> sanctions) {
  const UnixMs now = clock_.unix_ms();
  std::erase_if(sanctions, [now](const Sanction& sanction) { return sanction.until <= now; });
  auto next = std::make_shared<const Sanctions>(std::move(sanctions));
  const bool is_same = *next == *snapshot();
  if (!is_same) published_.set(std::move(next));
  plan();
  if (!is_same) events_.on_changed();
}

void SanctionBook::plan() {
  const UnixMs now = clock_.unix_ms();
  const auto next = snapshot()->next_expiry(now);
  if (next) events_.wake_after(std::clamp(Milliseconds(*next - now), Milliseconds(1), kMaxWait));
}

}  // namespace chat
