#include "transport/websocket/deflate_offer.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

namespace chat {
namespace {

namespace http = boost::beast::http;

using Parameter = std::pair<std::string_view, std::string_view>;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Where the separator stands outside of quoted strings (RFC 9110 §5.6.4); the size of the text: nowhere.
std::size_t find_unquoted(std::string_view text, char separator) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!quoted && text[at] == separator) return at;
    if (text[at] == '"') quoted = !quoted;
    if (quoted && text[at] == '\\') ++at;
  }
  return text.size();
}

/// Takes the text before the separator, and the separator, off `text`.
std::string_view take_part(std::string_view& text, char separator) {
  const auto part = text.substr(0, find_unquoted(text, separator));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return trimmed(part);
}

/// NAME, NAME=VALUE or NAME="VALUE" (§5.2 of RFC 6455).
Parameter parse_parameter(std::string_view text) {
  const auto name = take_part(text, '=');
  auto value = trimmed(text);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  return {name, value};
}

/// 8 to 15 in decimal, without zeros before it (§7.1.2).
bool is_window(std::string_view text) {
  int bits = 0;
  const auto end = text.data() + text.size();
  return std::from_chars(text.data(), end, bits).ptr == end && bits >= 8 && bits <= 15 && text[0] != '0';
}

bool is_acceptable(const Parameter& parameter) {
  const auto& [name, value] = parameter;
  if (name == "client_no_context_takeover" || name == "server_no_context_takeover") return value.empty();
  if (name == "client_max_window_bits") return value.empty() || is_window(value);
  return name == "server_max_window_bits" && value == "15";
}

/// Whether this server can keep to all parameters, and none of them stands twice (§7.1).
bool is_acceptable(std::string_view offer) {
  if (take_part(offer, ';') != "permessage-deflate") return false;
  std::vector<Parameter> parameters;
  while (!offer.empty()) {
    const auto parameter = parse_parameter(take_part(offer, ';'));
    const bool is_twin = std::any_of(parameters.begin(), parameters.end(),
                                     [&parameter](const Parameter& before) { return before.first == parameter.first; });
    if (is_twin || !is_acceptable(parameter)) return false;
    parameters.push_back(parameter);
  }
  return true;
}

}  // namespace

bool offers_deflate(const HttpRequest& request) {
  const auto range = request.equal_range(http::field::sec_websocket_extensions);
  return std::any_of(range.first, range.second, [](const auto& header) {
    std::string_view offers(header.value().data(), header.value().size());
    while (!offers.empty()) {
      if (is_acceptable(take_part(offers, ','))) return true;
    }
    return false;
  });
}

}  // namespace chat
