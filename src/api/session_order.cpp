#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "chat/api/session_control.hpp"

namespace chat {
namespace {

bool is_kind(int number) {
  using Kind = SessionOrder::Kind;
  constexpr std::array kKinds{Kind::disconnect, Kind::subscribe, Kind::unsubscribe,
                              Kind::refresh,    Kind::ask,       Kind::notify};
  return std::any_of(kKinds.begin(), kKinds.end(), [number](Kind kind) { return static_cast<int>(kind) == number; });
}

}  // namespace

Failure no_session() { return {ErrorCode::not_found, "there is no such session"}; }

std::string encode(const SessionOrder& order) {
  return nlohmann::json{{"kind", static_cast<int>(order.kind)},
                        {"user", order.user},
                        {"session", order.session},
                        {"room", order.room},
                        {"rights", to_text(order.rights)},
                        {"may_return", order.may_return},
                        {"expires_at", order.expires_at},
                        {"event", order.event},
                        {"data", order.data},
                        {"timeout", order.timeout.count()},
                        {"users", order.users},
                        {"sessions", order.sessions}}
      .dump();
}

Result<SessionOrder> decode_session_order(std::string_view text) {
  const Failure fault{ErrorCode::bad_request, "this is no order"};
  const auto read = nlohmann::json::parse(text, nullptr, false);
  if (!read.is_object()) return fault;
  SessionOrder order;
  try {
    const int kind = read.at("kind");
    if (!is_kind(kind)) return fault;
    order.kind = static_cast<SessionOrder::Kind>(kind);
    read.at("user").get_to(order.user);
    read.at("session").get_to(order.session);
    read.at("room").get_to(order.room);
    std::string_view rights = read.at("rights").get_ref<const std::string&>();
    while (!rights.empty()) {
      const auto name = rights.substr(0, rights.find(','));
      rights.remove_prefix(std::min(rights.size(), name.size() + 1));
      const auto right = to_right(name);
      if (!right) return fault;
      order.rights.add(*right);
    }
    read.at("may_return").get_to(order.may_return);
    read.at("expires_at").get_to(order.expires_at);
    read.at("event").get_to(order.event);
    read.at("data").get_to(order.data);
    order.timeout = Milliseconds(read.at("timeout").get<std::int64_t>());
    if (read.contains("users")) read.at("users").get_to(order.users);  // earlier versions have none
    if (read.contains("sessions")) read.at("sessions").get_to(order.sessions);
  } catch (const nlohmann::json::exception&) {
    return fault;
  }
  return order;
}

std::string encode_answer(const Result<std::string>& answer) {
  if (answer) return '+' + *answer;
  return '-' + std::to_string(static_cast<int>(answer.error().code)) + ' ' + answer.error().message;
}

Result<std::string> decode_answer(std::string_view text) {
  if (text.starts_with('+')) return std::string(text.substr(1));
  const auto blank = text.find(' ');
  int code = -1;
  if (text.starts_with('-') && blank != std::string_view::npos) {
    std::from_chars(text.data() + 1, text.data() + blank, code);
  }
  if (code < 0 || code > static_cast<int>(ErrorCode::internal)) return no_session();
  return Failure{static_cast<ErrorCode>(code), std::string(text.substr(blank + 1))};
}

}  // namespace chat
