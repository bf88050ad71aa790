#include "protocols/socketio/connecting.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/codec/format.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "chat/core/person_id.hpp"
#include "chat/sessions/session.hpp"
#include "protocols/socketio/requests.hpp"

namespace chat {
namespace {

constexpr const char* kLobby = "lobby";
// Ids of the requests that a CONNECT makes; a room that is joined again has its number behind the letter.
const RequestId kHello = "ch", kJoin = "cj", kLeave = "cl";
constexpr std::string_view kRejoin = "cr";

void ask(Session& session, const RequestId& id, Command command) { session.handle(id, command); }

std::optional<PersonId> guest_in(std::string_view user_id) {
  const std::string bytes = from_base32(user_id);
  PersonId person;
  if (bytes.size() != person.size()) return std::nullopt;
  std::memcpy(person.data(), bytes.data(), person.size());
  return to_text(person) == user_id ? std::optional(person) : std::nullopt;
}

std::string text_of(const std::optional<JsonView>& value) {
  return value && value->is(JsonView::Kind::text) ? value->text() : std::string();
}

/// A place that is older than the session of the token is that of a session before it, which was not recovered.
bool is_stale(const Cursors& place, const Cursors& begin) {
  const auto* const at = place.find(kLobby);
  const auto* const from = begin.find(kLobby);
  return at != nullptr && from != nullptr && at->at.epoch == from->at.epoch && at->at.offset < from->at.offset;
}

}  // namespace

// ---- identity ----------------------------------------------------------------------------------------------------

void Connecting::start(Session& session, std::optional<JsonView> auth) {
  if (auth && secret_ != nullptr) read_token(session, *auth);
  Command command = auth ? read_auth(*auth) : Command(Hello{});
  auto* const hello = std::get_if<Hello>(&command);
  if (hello != nullptr && !hello->name && earlier_ && is_user_name(earlier_->name)) hello->name = earlier_->name;
  session.handle(kHello, command);
}

/// A guest is known by the token alone; a user has to show a token of the user, too.
void Connecting::read_token(Session& session, JsonView auth) {
  shown_ = text_of(auth.find("pid"));
  auto token = read_recovery_token(*secret_, shown_);
  if (!token) return;
  const auto offset = auth.find("offset");
  if (offset && !offset->is(JsonView::Kind::null)) {
    auto place = Cursors::parse(text_of(offset));
    if (!place || place->all().empty()) return;
    if (!is_stale(*place, token->cursors)) token->cursors = *std::move(place);
  }
  auto& person = session.person();
  if (const auto guest = guest_in(token->user_id); guest && person.principal().is_guest() && !person.is_greeted()) {
    person.identify(*guest);
  }
  earlier_ = std::move(token);
}

// ---- rooms -------------------------------------------------------------------------------------------------------

Connecting::Outcome Connecting::take(Session& session, const RequestId& id, const Event& event) {
  if (id == kHello) return on_hello(session, event);
  if (id == kJoin) return on_lobby(session, event);
  if (id == kLeave) return {};
  return on_rejoined(session, id, event);
}

Connecting::Outcome Connecting::on_hello(Session& session, const Event& event) {
  if (const auto* failure = std::get_if<Failure>(&event)) return Refused{*failure};
  if (const auto* welcome = std::get_if<Welcome>(&event)) welcome_ = *welcome;
  if (earlier_ && earlier_->user_id != session.person().user_id()) earlier_.reset();
  if (earlier_ && earlier_->cursors.all().empty()) return Connected{shown_, {}, {}, {}, {}, true, {}, {}};
  earlier_ ? rejoin(session) : join_lobby(session);
  return {};
}

void Connecting::rejoin(Session& session) {
  const auto& rooms = earlier_->cursors.all();
  rejoined_.resize(rooms.size());
  awaited_ = rooms.size();
  for (std::size_t i = 0; i < rooms.size() && !session.is_closing(); ++i) {
    ask(session, std::string(kRejoin) + std::to_string(i), Join{rooms[i].room, rooms[i].at, 0});
  }
}

Connecting::Outcome Connecting::on_rejoined(Session& session, const RequestId& id, const Event& event) {
  const std::size_t index = std::stoul(id.substr(kRejoin.size()));
  if (const auto* joined = std::get_if<Joined>(&event)) {
    rejoined_[index] = *joined;
    broken_ = broken_ || !joined->recovered;
  } else if (const auto* failure = std::get_if<Failure>(&event)) {
    broken_ = true;
    if (is_temporary(failure->code)) temporary_ = *failure;
  }
  if (--awaited_ > 0) return {};
  if (temporary_) return Refused{*temporary_};
  if (!broken_) {
    Connected connected{shown_, {}, std::move(rewound_), {}, earlier_->cursors, true, {}, {}};
    for (auto& joined : rejoined_) {
      connected.cursors.set(joined->room, joined->position);
      connected.missed.push_back(*std::move(joined));
    }
    return connected;
  }
  for (const auto& joined : rejoined_) {
    if (joined) ask(session, kLeave, Leave{joined->room});
  }
  held_.clear();
  held_bytes_ = 0;
  join_lobby(session);
  return {};
}

void Connecting::join_lobby(Session& session) { ask(session, kJoin, Join{kLobby, std::nullopt, 0}); }

/// A client that only the lobby is closed to may use other rooms.
Connecting::Outcome Connecting::on_lobby(Session& session, const Event& event) {
  Connected connected;
  connected.welcome = std::move(welcome_);
  if (const auto* failure = std::get_if<Failure>(&event)) {
    if (is_temporary(failure->code)) return Refused{*failure};
    connected.lobby = *failure;
  } else if (const auto* joined = std::get_if<Joined>(&event)) {
    connected.cursors.set(joined->room, joined->position);
  }
  if (secret_ != nullptr) {
    connected.token =
        mint_recovery_token(*secret_, {session.person().user_id(), session.person().name(), connected.cursors});
  }
  return connected;
}

// ---- pushes ----------------------------------------------------------------------------------------------------

bool Connecting::is_rejoined(const std::string& room) const {
  return std::any_of(rejoined_.begin(), rejoined_.end(), [&room](const auto& one) { return one && one->room == room; });
}

/// A loss before the answer to the join is part of that answer; so is a reset, which makes it a new beginning.
void Connecting::take_push(Session& session, const Event& event) {
  const auto* const rewound = std::get_if<Rewound>(&event);
  const auto* const reset = std::get_if<Reset>(&event);
  const auto* const removed = std::get_if<Removed>(&event);
  if (removed != nullptr && is_rejoined(removed->room)) broken_ = true;
  if (rewound != nullptr && !is_rejoined(rewound->room)) return rewound_.push_back(*rewound);
  const bool follows = rewound != nullptr || (reset != nullptr && is_rejoined(reset->room));
  if (follows) hold(make_frame(session.format(), {}, event));
}

// ---- frames ------------------------------------------------------------------------------------------------------

bool Connecting::hold(const SharedBytes& frame) {
  held_.push_back(frame);
  held_bytes_ += frame.size();
  return held_bytes_ <= limits::kOutboxBytes;
}

}  // namespace chat
