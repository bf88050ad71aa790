#include "backplane/postgres/reply.hpp"

#include <string>

#include "chat/base/log.hpp"

namespace chat::postgres {
namespace {

constexpr Milliseconds kRetryAfter{1000};

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

/// Takes so many bytes off; empty, if there are fewer.
std::string_view take(std::string_view& text, std::size_t bytes) {
  const auto part = bytes <= text.size() ? text.substr(0, bytes) : std::string_view();
  text.remove_prefix(bytes <= text.size() ? bytes : text.size());
  return part;
}

}  // namespace

bool Reply::is_error() const {
  const auto status = PQresultStatus(result_.get());
  return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK;
}

std::string_view Reply::field(int code) const {
  const char* const text = PQresultErrorField(result_.get(), code);
  return text == nullptr ? std::string_view() : text;
}

std::string_view Reply::text(std::size_t row, int column) const {
  if (row >= rows() || column >= PQnfields(result_.get())) return {};
  const int at = static_cast<int>(row);
  return {PQgetvalue(result_.get(), at, column), static_cast<std::size_t>(PQgetlength(result_.get(), at, column))};
}

bool Reply::is_null(std::size_t row, int column) const {
  return PQgetisnull(result_.get(), static_cast<int>(row), column) == 1;
}

std::uint64_t Reply::number(std::size_t row, int column) const {
  const auto bytes = text(row, column);
  if (bytes.size() != 8) return 0;
  const auto value = static_cast<std::int64_t>(big_endian(bytes));
  return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}

std::vector<std::string_view> Reply::texts(std::size_t row, int column) const {
  std::vector<std::string_view> found;
  auto rest = text(row, column);
  const auto dimensions = big_endian(take(rest, 4));
  take(rest, 8);  // whether it has nulls, the type
  if (dimensions != 1) return found;
  const auto size = big_endian(take(rest, 4));
  take(rest, 4);  // the first index
  while (found.size() < size && rest.size() >= 4) {
    const auto bytes = big_endian(take(rest, 4));
    constexpr std::uint64_t kNull = 0xffff'ffff;
    found.push_back(bytes == kNull ? std::string_view() : take(rest, bytes));
  }
  return found;
}

Failure unavailable(std::string_view why) {
  return {ErrorCode::unavailable, "messages cannot be stored right now: " + std::string(why), kRetryAfter};
}

Failure refused(std::string_view what, const Reply* reply) {
  if (reply == nullptr) return unavailable();
  if (!reply->is_error()) {
    log_warn_rarely(std::string(what) + "_unreadable", {{"rows", reply->rows()}});
    return unavailable("PostgreSQL gave no usable answer");
  }
  log_warn_rarely(std::string(what) + "_refused", {{"why", reply->message()}, {"state", reply->state()}});
  return unavailable("PostgreSQL refuses it for now");
}

Failure request_refused(std::string_view what, const Reply* reply) {
  return {ErrorCode::unavailable, refused(what, reply).message};
}

}  // namespace chat::postgres
