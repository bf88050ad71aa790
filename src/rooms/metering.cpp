#include "rooms/metering.hpp"

#include <string>
#include <utility>

#include "chat/rooms/prices.hpp"

namespace chat {
namespace {

constexpr Milliseconds kReportEvery{250};
constexpr std::string_view kReport = "u ";  // "u <instance> <report>"

}  // namespace

Metering::Metering(boost::asio::io_context& loop, Backplane& backplane, NodeInstance instance,
                   const UsageLimits& limits, const Clock& clock)
    : backplane_(backplane), instance_(std::move(instance)), clock_(clock), meters_(limits), timer_(loop) {}

std::optional<Failure> Metering::charge(const Append& append, const Payer& payer, std::size_t members, bool is_first) {
  if (is_off()) return std::nullopt;
  using Kind = UsageMeters::Kind;
  const auto& [address, person] = payer;
  const bool is_new_sender = append.seq > 0 && !known_senders_.contains(key(append));
  const auto wait =
      meters_.take({{Kind::person_messages, person},
                    {Kind::address_messages, address, prices::message(append.body.size()) + prices::pushes(members)},
                    {Kind::room_messages, UsageMeters::in_room(address, append.room)},
                    {Kind::new_senders, address, is_new_sender ? 1U : 0U},
                    {Kind::new_rooms, address, is_first ? 1U : 0U}},
                   clock_.now());
  if (meters_.has_report()) report_soon();
  if (wait == Milliseconds{0}) return std::nullopt;
  return Failure{ErrorCode::rate_limited, "too many messages", wait};
}

void Metering::report_soon() {
  if (std::exchange(is_timer_set_, true)) return;
  timer_.expires_after(kReportEvery);
  timer_.async_wait([this](boost::system::error_code error) {
    is_timer_set_ = false;
    if (!error) report();
  });
}

void Metering::report() {
  while (meters_.has_report()) {
    const std::string report = meters_.take_report();
    if (!report.empty()) backplane_.broadcast(std::string(kReport) + instance_ + ' ' + report);
  }
}

void Metering::on_broadcast(std::string_view payload) {
  if (!payload.starts_with(kReport)) return;
  payload.remove_prefix(kReport.size());
  const auto blank = payload.find(' ');
  if (blank == std::string_view::npos || payload.substr(0, blank) == instance_) return;
  meters_.apply_report(payload.substr(blank + 1), clock_.now());
}

}  // namespace chat
