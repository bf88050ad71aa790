#include "transport/http/http_head.hpp"

#include <algorithm>

#include "chat/base/ascii.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

/// What is wrong with the lines of a head without the blank line at its end, whole or not; unfinished: nothing.
HttpHead::Kind check_lines(std::string_view head) {
  std::size_t fields = 0;
  for (auto end = head.find('\n'); end != std::string_view::npos; end = head.find('\n', end + 1)) {
    if (end == 0 || head[end - 1] != '\r') return HttpHead::Kind::ambiguous;
    if (end + 1 == head.size() || head[end + 1] == '\r') continue;  // not yet, or no further field
    if (head[end + 1] == ' ' || head[end + 1] == '\t') return HttpHead::Kind::ambiguous;
    if (++fields > kHeadFields) return HttpHead::Kind::too_long;
  }
  return HttpHead::Kind::unfinished;
}

}  // namespace

HttpHead check_head(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  const auto fault = check_lines(bytes.substr(0, end));
  if (fault != HttpHead::Kind::unfinished) return {fault};
  if (end != std::string_view::npos) return {HttpHead::Kind::whole, end + 4};
  return {bytes.size() > kHeadBytes ? HttpHead::Kind::too_long : HttpHead::Kind::unfinished};
}

std::string_view origin_in_head(std::string_view bytes) {
  static constexpr std::string_view kName = "origin:";
  for (auto end = bytes.find("\r\n"); end != std::string_view::npos; end = bytes.find("\r\n", end + 2)) {
    auto line = bytes.substr(end + 2, bytes.find("\r\n", end + 2) - end - 2);
    if (line.empty()) break;  // the end of the head
    if (!is_same_ignoring_case(line.substr(0, kName.size()), kName)) continue;
    line.remove_prefix(kName.size());
    while (line.starts_with(' ')) line.remove_prefix(1);
    while (line.ends_with(' ')) line.remove_suffix(1);
    return line;
  }
  return {};
}

void set_limits(HttpParser& parser) {
  parser.header_limit(kHeadBytes);
  parser.body_limit(limits::kHttpBodyBytes);
}

bool announces_body(const HttpParser& parser) { return parser.chunked() || parser.content_length().value_or(0) > 0; }

}  // namespace chat
