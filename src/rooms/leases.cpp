#include "rooms/leases.hpp"

#include <utility>

#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr Milliseconds kRetryEvery{500};

}  // namespace

Leases::Leases(boost::asio::io_context& loop, PresenceStore& store, NodeInstance instance, const Clock& clock,
               OnLost on_lost, OnLiving on_living)
    : store_(store),
      instance_(std::move(instance)),
      clock_(clock),
      on_lost_(std::move(on_lost)),
      on_living_(std::move(on_living)),
      timer_(loop) {}

bool Leases::is_complete() const { return is_available_ && clock_.now() - renewable_since_ >= PresenceStore::kLease; }

void Leases::on_available() {
  is_available_ = true;
  leased_at_ = {};
  renewable_since_ = clock_.now();
  renew();
}

void Leases::renew() {
  renew_after(PresenceStore::kRenewEvery);
  store_.renew(instance_, [this, asked = clock_.now()](const Result<Lease>& lease) {
    lease ? on_renewed(*lease, asked) : on_refused();
  });
}

void Leases::on_refused() {
  renewable_since_ = clock_.now();
  if (timer_.cancel() > 0) renew_after(kRetryEvery);  // after resign() there is no timer to cancel
}

void Leases::on_renewed(const Lease& lease, Instant asked) {
  const Instant now = clock_.now();
  const Instant before = std::exchange(leased_at_, asked);
  if (before != Instant{} && now - before > PresenceStore::kLease) {
    log_warn("lease_late", {{"ms", std::chrono::duration_cast<Milliseconds>(now - before).count()}});
    on_lost_();
  }
  if (lease.is_new && std::exchange(had_lease_, true)) {
    log_warn_rarely("lease_lost");  // the store was wiped: it has neither leases nor users until the nodes renew
    return on_lost_();
  }
  if (is_complete()) on_living_(lease.living);
}

void Leases::renew_after(Milliseconds pause) {
  timer_.expires_after(pause);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) renew();
  });
}

void Leases::resign() {
  timer_.cancel();
  store_.resign(instance_);
}

}  // namespace chat
