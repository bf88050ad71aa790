// The hub, who pays: what is stored is metered for the whole cluster, see UsageMeters.
#include <string>

#include "chat/rooms/hub.hpp"
#include "chat/rooms/prices.hpp"
#include "rooms/hub_room.hpp"

namespace chat {
namespace {

constexpr Milliseconds kReportEvery{250};
constexpr Milliseconds kRetryWhenFull{60'000};

}  // namespace

KnownSenders::Key Hub::key_of(const Append& append) { return KnownSenders::key(append.room, append.sender); }

std::optional<Failure> Hub::refusal(const to_hub::Send& mail) {
  HubRoom* room = find(mail.append.room);
  // Of a room that is still being opened nobody knows whether it has a log.
  const bool is_first = room != nullptr && !room->is_begun && room->log.last().offset == 0;
  if (is_first && !backends_.backplane().takes_new_rooms()) {
    return Failure{ErrorCode::busy, "the store is nearly full, no new rooms for now", kRetryWhenFull};
  }
  const auto wait = usage_.is_off() ? Milliseconds{0} : charge(mail, room, is_first);
  if (wait == Milliseconds{0}) {
    if (is_first) room->is_begun = true;
    return std::nullopt;
  }
  return Failure{ErrorCode::rate_limited, "too many messages", wait};
}

Milliseconds Hub::charge(const to_hub::Send& mail, const HubRoom* room, bool is_first) {
  using Kind = UsageMeters::Kind;
  const auto& [address, person] = mail.payer;
  const bool is_new_sender = mail.append.n > 0 && !known_senders_.contains(key_of(mail.append));
  const std::uint32_t told = room == nullptr ? 0 : prices::pushes(room->member_count());
  const auto wait = usage_.take({{Kind::person_messages, person},
                                 {Kind::address_messages, address, prices::message(mail.append.body.size()) + told},
                                 {Kind::room_messages, UsageMeters::in_room(address, mail.append.room)},
                                 {Kind::new_senders, address, is_new_sender ? 1U : 0U},
                                 {Kind::new_rooms, address, is_first ? 1U : 0U}},
                                clock_.now());
  if (!usage_.has_report() || std::exchange(reporting_, true)) return wait;
  report_timer_.expires_after(kReportEvery);
  report_timer_.async_wait([this](boost::system::error_code error) {
    reporting_ = false;
    if (!error) report_usage();
  });
  return wait;
}

/// "u <instance> <report>": from this node to all of them.
void Hub::report_usage() {
  while (usage_.has_report()) {
    const std::string report = usage_.take_report();
    if (!report.empty()) backends_.backplane().broadcast("u " + instance_ + ' ' + report);
  }
}

void Hub::on_broadcast(std::string_view payload) {
  if (!payload.starts_with("u ")) return;
  payload.remove_prefix(2);
  const auto blank = payload.find(' ');
  if (blank == std::string_view::npos || payload.substr(0, blank) == instance_) return;
  usage_.apply_report(payload.substr(blank + 1), clock_.now());
}

}  // namespace chat
