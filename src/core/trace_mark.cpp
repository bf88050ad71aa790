#include "chat/core/trace_mark.hpp"

#include "chat/base/digest.hpp"

namespace chat {

bool is_traceparent(std::string_view text) {
  if (text.size() != kTraceparentBytes || !text.starts_with("00-")) return false;
  for (std::size_t i = 3; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (i == 35 || i == 52 ? c != '-' : !is_hex) return false;
  }
  const auto is_zero = [](std::string_view id) { return id.find_first_not_of('0') == std::string_view::npos; };
  return !is_zero(text.substr(3, 32)) && !is_zero(text.substr(36, 16));  // W3C Trace Context §3.2.2
}

/// The lowest bit of the last digit.
bool is_sampled(std::string_view traceparent) {
  return std::string_view("13579bdf").find(traceparent.back()) != std::string_view::npos;
}

std::string new_traceparent() { return "00-" + random_hex(16) + '-' + random_hex(8) + "-01"; }

std::string child_of(std::string_view traceparent) {
  return "00-" + std::string(trace_id_of(traceparent)) + '-' + random_hex(8) + "-01";
}

void append_trace_mark(std::string& body, std::string_view traceparent) {
  ((body += kTraceMember) += traceparent) += '"';
}

std::string_view trace_of(std::string_view body) {
  if (!is_marked(body) || !body.ends_with("\"}")) return {};
  const auto mark = body.substr(body.size() - kTraceparentBytes - 2, kTraceparentBytes);
  return is_traceparent(mark) ? mark : std::string_view();
}

}  // namespace chat
