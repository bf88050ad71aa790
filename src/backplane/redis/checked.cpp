#include "backplane/redis/checked.hpp"

#include <charconv>
#include <string>

#include "chat/base/log.hpp"

namespace chat::redis {
namespace {

constexpr Milliseconds kRetryAfter{1000};

}  // namespace

std::optional<Offset> parse_offset(std::string_view digits) {
  Offset offset = 0;
  const char* const end = digits.data() + digits.size();
  const auto [after, error] = std::from_chars(digits.data(), end, offset);
  if (error != std::errc{} || after != end || offset > kLastOffset) return std::nullopt;
  return offset;
}

std::optional<Offset> offset_of(const Reply::Part& part) {
  if (part.type() == Reply::Type::text) return parse_offset(part.text());
  if (part.type() != Reply::Type::integer || part.integer() < 0) return std::nullopt;
  const auto offset = static_cast<Offset>(part.integer());
  if (offset > kLastOffset) return std::nullopt;
  return offset;
}

std::optional<Offset> parse_entry_id(std::string_view id) {
  if (!id.starts_with("0-")) return std::nullopt;
  return parse_offset(id.substr(2));
}

Failure unavailable(std::string_view why) {
  return {ErrorCode::unavailable, "messages cannot be stored right now: " + std::string(why), kRetryAfter};
}

Failure refused(std::string_view what, const Reply::Part* reply) {
  if (reply == nullptr) return unavailable("Redis does not answer");
  const std::string event(what);
  if (reply->is_error()) {
    log_warn_rarely(event + "_refused", {{"why", reply->text()}});
    return unavailable("Redis refuses it for now");
  }
  log_warn_rarely(event + "_unreadable", {{"parts", reply->size()}});
  return unavailable("Redis gave no usable answer");
}

Failure unreachable(std::string_view why) { return {ErrorCode::unavailable, std::string(why)}; }

Failure request_refused(std::string_view what, const Reply::Part* reply) {
  return unreachable(reply == nullptr ? "Redis does not answer" : refused(what, reply).message);
}

}  // namespace chat::redis
