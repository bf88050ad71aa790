#include "transport/http_head.hpp"

#include "chat/core/limits.hpp"

namespace chat {
namespace {

bool is_ambiguous(std::string_view head) {
  for (auto end = head.find('\n'); end != std::string_view::npos; end = head.find('\n', end + 1)) {
    if (end == 0 || head[end - 1] != '\r') return true;
    if (end + 1 < head.size() && (head[end + 1] == ' ' || head[end + 1] == '\t')) return true;
  }
  return false;
}

}  // namespace

HttpHead check_head(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (is_ambiguous(bytes.substr(0, end))) return {HttpHead::Kind::ambiguous};
  if (end != std::string_view::npos) return {HttpHead::Kind::whole, end + 4};
  return {bytes.size() > kHeadBytes ? HttpHead::Kind::too_long : HttpHead::Kind::unfinished};
}

void set_limits(HttpParser& parser) {
  parser.header_limit(kHeadBytes);
  parser.body_limit(limits::kHubMessageBytes);
}

bool announces_body(const HttpParser& parser) { return parser.chunked() || parser.content_length().value_or(0) > 0; }

}  // namespace chat
