#include "chat/codec/http_framing.hpp"

#include "chat/base/json_text.hpp"

namespace chat {

void append_sse_event(std::string& out, std::string_view data, std::string_view name) {
  if (!name.empty()) {
    out += "event: ";
    out += name;
    out += '\n';
  }
  out += "data: ";
  out += data;
  out += "\n\n";
}

// A comma before each, so that the bytes of an event are the same wherever it stands.
void append_polled_event(std::string& out, std::string_view event) {
  out += ',';
  out += event;
}

std::string poll_answer(std::uint64_t ack, std::string_view events) {
  std::string out = R"({"ack":)";
  append_number(out, ack);
  out += R"(,"events":[)";
  out += events.substr(events.empty() ? 0 : 1);
  return out += "]}\n";
}

std::string connection_event(std::string_view token) {
  std::string out = R"({"type":"connection","id":)";
  append_json_string(out, token);
  return out += '}';
}

std::string close_event(CloseReason reason) {
  std::string out = R"({"type":"close","code":)";
  append_number(out, static_cast<std::uint16_t>(reason.code));
  out += R"(,"reason":)";
  append_json_string(out, reason.text);
  return out += '}';
}

}  // namespace chat
