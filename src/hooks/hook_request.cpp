#include "chat/hooks/hook_request.hpp"

#include "chat/base/assert.hpp"
#include "chat/base/json_text.hpp"
#include "chat/base/utf8.hpp"

namespace chat {
namespace {

/// Writes members into an object, after its first. A text that is not UTF-8 cannot stand in JSON and is left out.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) {}

  void text(std::string_view name, std::string_view value) {
    if (value.empty() || !is_utf8(value)) return;
    key(name);
    append_json_string(out_, value);
  }
  /// `json` is written as it is.
  void raw(std::string_view name, std::string_view json) {
    if (json.empty()) return;
    key(name);
    out_ += json;
  }
  void key(std::string_view name) {
    out_ += ",\"";
    out_ += name;
    out_ += "\":";
  }

 private:
  std::string& out_;
};

std::string to_json(const User& user) {
  if (user.id.empty()) return {};
  std::string out = R"({"id":)";
  append_json_string(out, user.id);
  Members(out).text("name", user.name);
  return out += '}';
}

std::string to_json(const Content& content) {
  std::string out;
  if (content.kind == Content::Kind::data) return R"({"data":)" + content.value + '}';
  append_json_string(out, content.value);
  return R"({"text":)" + out + '}';
}

std::string to_json(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string out;
  for (const auto& [name, value] : headers) {
    if (!is_utf8(name) || !is_utf8(value)) continue;
    out += out.empty() ? '{' : ',';
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
  }
  return out.empty() ? out : out += '}';
}

}  // namespace

std::string encode(const HookRequest& request) {
  std::string out = R"({"event":")";
  out += to_text(request.event);
  out += '"';
  Members members(out);
  members.key("time");
  append_number(out, request.time);
  members.text("node", request.node);
  members.text("session", request.session);
  members.raw("user", to_json(request.user));
  members.text("address", request.address);
  members.text("room", request.room);
  if (request.content) members.raw("content", to_json(*request.content));
  if (request.position) {
    members.text("epoch", request.position->epoch);
    members.raw("offset", std::to_string(request.position->offset));
  }
  members.text("method", request.method);
  members.raw("arguments", request.arguments);
  members.text("page", request.page);
  members.text("reason", request.reason);
  members.text("protocol", request.protocol);
  members.text("path", request.path);
  members.text("query", request.query);
  members.raw("claims", request.claims);
  members.raw("headers", to_json(request.headers));
  return out += '}';
}

std::string with_delivery(std::string_view body, std::string_view delivery) {
  CHAT_ASSERT(body.starts_with("{\""));
  std::string out = R"({"delivery":)";
  out.reserve(body.size() + delivery.size() + 20);
  append_json_string(out, delivery);
  out += ',';
  return out += body.substr(1);
}

}  // namespace chat
