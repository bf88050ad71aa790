#include "chat/auth/sanction_book.hpp"

#include <algorithm>
#include <utility>

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
  if (read_again_) return read();
  take(snapshot()->list(clock_.unix_ms()));
}

/// One reading at a time: of all changes during one, a single further reading shows the outcome.
void SanctionBook::read() {
  read_again_ = reading_;
  if (std::exchange(reading_, true)) return;
  store_.read([this](Result<std::vector<Sanction>> sanctions) {
    reading_ = false;
    if (!sanctions) {
      read_again_ = true;
      return events_.wake_after(kRetry);
    }
    has_read_ = true;
    take(std::move(*sanctions));
    if (read_again_) read();
  });
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
