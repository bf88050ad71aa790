// subscribe, unsubscribe, disconnect, refresh, notify: orders to open sessions.
#include <algorithm>
#include <memory>
#include <utility>

#include "api/method.hpp"
#include "chat/base/json_text.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/notice.hpp"

namespace chat::api {
namespace {

using OrderKind = SessionOrder::Kind;

constexpr std::size_t kMaxTargets = 1000;

std::string text_of_obeyed(const Obeyed& obeyed) {
  std::string out = R"({"sessions":)";
  append_number(out, obeyed.sessions);
  if (!obeyed.unanswered.empty()) {
    out += R"(,"unanswered":[)";
    for (const auto& node : obeyed.unanswered) {
      append_json_string(out, node);
      out += ',';
    }
    out.back() = ']';
  }
  return out += '}';
}

/// The sessions of "user", or the one that "session" (or "client", as in the API of Centrifugo) names.
SessionOrder order_for(OrderKind kind, Parameters& parameters) {
  SessionOrder order;
  order.kind = kind;
  order.user = parameters.user().value_or(std::string());
  order.session = parameters.session();
  if (order.user.empty() && order.session.empty()) {
    throw Failure{ErrorCode::bad_request, "\"user\" or \"session\" is missing"};
  }
  return order;
}

void carry_out(Call& call, const SessionOrder& order) {
  call.parameters.expect_no_more();
  call.parts.sessions.carry_out(order, [done = std::move(call.done)](const Result<Obeyed>& obeyed) {
    if (!obeyed) return done(obeyed.error());
    done(text_of_obeyed(*obeyed));
  });
}

Rights read_rights(Parameters& parameters) {
  const auto names = parameters.texts("rights", 8);
  if (names.empty()) return kOrdinaryRights;
  Rights rights;
  for (const auto& name : names) {
    const auto right = to_right(name);
    if (!right) throw Failure{ErrorCode::bad_request, "\"rights\" has \"" + name + "\", which is no right"};
    rights.add(*right);
  }
  return rights;
}

/// An order without a user and a session would concern each session of the cluster.
std::vector<std::string> session_ids(Parameters& parameters) {
  auto sessions = parameters.texts("sessions", kMaxTargets);
  if (std::find(sessions.begin(), sessions.end(), "") != sessions.end()) {
    throw Failure{ErrorCode::bad_request, "\"sessions\" has an empty id"};
  }
  return sessions;
}

}  // namespace

void subscribe(Call call) {
  auto order = order_for(OrderKind::subscribe, call.parameters);
  order.room = call.parameters.room();
  order.rights = read_rights(call.parameters);
  carry_out(call, order);
}

void unsubscribe(Call call) {
  auto order = order_for(OrderKind::unsubscribe, call.parameters);
  order.room = call.parameters.room();
  carry_out(call, order);
}

void disconnect(Call call) {
  auto order = order_for(OrderKind::disconnect, call.parameters);
  order.may_return = call.parameters.flag("may_return");
  carry_out(call, order);
}

void refresh(Call call) {
  auto order = order_for(OrderKind::refresh, call.parameters);
  const UnixMs now = call.parts.clock.unix_ms();
  if (call.parameters.flag("expired")) {
    order.expires_at = 1;
  } else if (const auto at = call.parameters.number("expire_at")) {  // seconds, as in a token
    if (*at > 253'402'300'799) throw Failure{ErrorCode::bad_request, "\"expire_at\" is a time in seconds since 1970"};
    order.expires_at = static_cast<UnixMs>(*at) * 1000;
  } else {
    throw Failure{ErrorCode::bad_request, "\"expire_at\" (seconds since 1970) or \"expired\": true is missing"};
  }
  if (!call.parameters.flag("expired") && order.expires_at <= now) {
    throw Failure{ErrorCode::bad_request, "\"expire_at\" is over; to end the sessions say \"expired\": true"};
  }
  carry_out(call, order);
}

void notify(Call call) {
  SessionOrder order;
  order.kind = OrderKind::notify;
  order.event = call.parameters.required_text("event", kMaxNoticeNameBytes);
  if (!is_notice_name(order.event)) {
    throw Failure{ErrorCode::bad_request, "\"event\" is 1 to 64 bytes without control characters"};
  }
  const auto data = call.parameters.data();
  order.data = data ? data->compact() : "null";
  if (order.data.size() > limits::kClientMessageBytes) {
    throw Failure{ErrorCode::too_large, "the data of a notice has at most 16 KiB"};
  }
  order.users = call.parameters.users("users", kMaxTargets);
  order.sessions = session_ids(call.parameters);
  const auto rooms = call.parameters.texts("rooms", kMaxTargets);
  const auto except = call.parameters.user("except");
  call.parameters.expect_no_more();
  if (except && rooms.empty()) throw Failure{ErrorCode::bad_request, "\"except\" is for \"rooms\""};
  if (int{!order.users.empty()} + int{!order.sessions.empty()} + int{!rooms.empty()} != 1) {
    throw Failure{ErrorCode::bad_request, "a notice needs \"users\", \"sessions\" or \"rooms\", one of them"};
  }
  if (rooms.empty()) return carry_out(call, order);
  for (const auto& room : rooms) check_room(room);
  for (const auto& room : rooms) {
    call.parts.backends.backplane().signal(room, Signal::notice,
                                           encode_notice(order.event, order.data, except.value_or("")));
  }
  call.done("{}");
}

}  // namespace chat::api
