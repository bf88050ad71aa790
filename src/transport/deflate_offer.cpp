#include "transport/deflate_offer.hpp"

#include <algorithm>
#include <boost/beast/http/rfc7230.hpp>
#include <charconv>
#include <string_view>

namespace chat {
namespace {

namespace http = boost::beast::http;

/// 8 to 15 in decimal, without zeros before it (§7.1.2).
bool is_window(std::string_view text) {
  int bits = 0;
  const auto end = text.data() + text.size();
  return std::from_chars(text.data(), end, bits).ptr == end && bits >= 8 && bits <= 15 && text[0] != '0';
}

/// None of them twice (§7.1), and all of them such that what we do keeps them.
bool is_acceptable(const http::param_list& parameters) {
  for (auto one = parameters.begin(); one != parameters.end(); ++one) {
    const bool is_twin =
        std::any_of(parameters.begin(), one, [one](const auto& before) { return before.first == one->first; });
    if (is_twin) return false;
  }
  return std::all_of(parameters.begin(), parameters.end(), [](const auto& parameter) {
    const std::string_view name(parameter.first.data(), parameter.first.size());
    const std::string_view value(parameter.second.data(), parameter.second.size());
    if (name == "client_no_context_takeover" || name == "server_no_context_takeover") return value.empty();
    if (name == "client_max_window_bits") return value.empty() || is_window(value);
    return name == "server_max_window_bits" && value == "15";
  });
}

}  // namespace

bool offers_deflate(const HttpRequest& request) {
  const auto range = request.equal_range(http::field::sec_websocket_extensions);
  return std::any_of(range.first, range.second, [](const auto& header) {
    const http::ext_list offers(header.value());
    return std::any_of(offers.begin(), offers.end(), [](const auto& offer) {
      return offer.first == "permessage-deflate" && is_acceptable(offer.second);
    });
  });
}

}  // namespace chat
