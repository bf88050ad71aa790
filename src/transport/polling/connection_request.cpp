#include "chat/transport/polling/connection_request.hpp"

#include <charconv>

namespace chat {
namespace {

/// Takes "<digits>\n" off the beginning of `text`.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || after == end || *after != '\n') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(after - text.data()) + 1);
  return number;
}

}  // namespace

// "<kind><ack>\n<body>"
std::string encode(const ConnectionRequest& request) {
  return static_cast<char>(request.kind) + std::to_string(request.ack) + '\n' + request.body;
}

std::optional<ConnectionRequest> decode_connection_request(std::string_view text) {
  if (text.empty() || std::string_view("spwerobulmnf").find(text[0]) == std::string_view::npos) return std::nullopt;
  const ConnectionRequest::Kind kind{text[0]};
  text.remove_prefix(1);
  const auto ack = take_number(text);
  if (!ack) return std::nullopt;
  return ConnectionRequest{kind, *ack, std::string(text)};
}

// "<status>\n<ack>\n<body>"
std::string encode(const ConnectionAnswer& answer) {
  return std::to_string(static_cast<unsigned>(answer.status)) + '\n' + std::to_string(answer.ack) + '\n' + answer.body;
}

std::optional<ConnectionAnswer> decode_connection_answer(std::string_view text) {
  const auto status = take_number(text);
  if (!status || *status < 200 || *status > 599) return std::nullopt;
  const auto ack = take_number(text);
  if (!ack) return std::nullopt;
  return ConnectionAnswer{static_cast<boost::beast::http::status>(*status), std::string(text), *ack};
}

}  // namespace chat
