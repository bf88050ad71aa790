#include "server/setting_checks.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include "chat/auth/jwks_fetch.hpp"
#include "chat/backplane/cluster_kv.hpp"
#include "chat/core/names.hpp"
#include "chat/http/http_url.hpp"
#include "chat/protocols/hub_profile.hpp"
#include "chat/transport/admission.hpp"

namespace chat {

boost::asio::ip::tcp::endpoint parse_endpoint(const std::string& listen) {
  const auto colon = listen.rfind(':');
  auto host = listen.substr(0, colon);
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  return {boost::asio::ip::make_address(host), static_cast<std::uint16_t>(std::stoul(listen.substr(colon + 1)))};
}

std::string check_listen(const std::string& value) {
  const auto colon = value.rfind(':');
  if (colon == std::string::npos) return "needs ADDRESS:PORT, such as 0.0.0.0:8080";
  auto host = value.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  boost::system::error_code bad;
  boost::asio::ip::make_address(host, bad);
  const auto port = value.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
  if (bad || !digits || std::stoul(port) > 65535) return "needs ADDRESS:PORT, such as 0.0.0.0:8080; got " + value;
  return {};
}

std::string check_file(const std::string& value) { return std::ifstream(value).good() ? "" : "cannot read " + value; }

std::string check_folder(const std::string& value) {
  const std::string page = value + "/index.html";
  if (std::ifstream(page).good()) return {};
  std::error_code error;  // of a folder on the way that this user may not read
  return std::filesystem::exists(page, error) || error ? "cannot read " + page : "there is no " + page;
}

std::string check_node_id(const std::string& value) {
  return is_node_id(value) ? "" : "needs 1 to 32 of a-z 0-9 -, beginning with a letter or digit; got " + value;
}

std::string check_secret(const std::string& value) {
  return is_good_secret(value) ? "" : "needs 16 to 256 characters that cannot be guessed";
}

std::string check_range(const std::string& value) {
  const auto range = AddressRanges::parse({value});
  return range ? "" : range.error().message;
}

std::string check_origin(const std::string& value) {
  const auto mark = value.find("://");
  const std::string_view scheme(value.data(), std::min(mark, value.size()));
  const bool is_scheme = mark != std::string::npos && !scheme.empty() && scheme[0] >= 'a' && scheme[0] <= 'z' &&
                         scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == std::string_view::npos;
  std::string_view host(value);
  host.remove_prefix(is_scheme ? mark + 3 : value.size());
  const bool is_below = host.starts_with("*.");
  if (is_below) host.remove_prefix(2);
  const bool is_name = is_below ? host.find('.') != std::string_view::npos : !host.empty();
  if (!is_name || host.find_first_of("/*?#@ ,") != std::string_view::npos)
    return "needs scheme://host[:port] or scheme://*.example.org[:port], nothing behind it; got " + value;
  return {};
}

std::string check_receive_field(const std::string& value) {
  return is_receive_field(value) ? "" : "needs user, message, connectionId, nodeId, room or details; got " + value;
}

std::string check_hub_path(const std::string& value) { return fault_in_hub_path(value); }

std::string check_jwks(const std::string& value) { return check_jwks_url(value).value_or(""); }

std::string check_otlp(const std::string& value) {
  const auto url = parse_http_url(value);
  return url ? "" : url.error().message;
}

std::string check_host(const std::string& value) {
  const bool is_host = !value.empty() && value.find_first_of("/@ ,*?#") == std::string::npos;
  return is_host ? "" : "needs HOST[:PORT] as browsers write it, such as chat.example.org or [::1]:8080; got " + value;
}

CLI::Validator one_of(std::vector<std::string> words) {
  return CLI::Validator(
      [words = std::move(words)](std::string& value) {
        const auto place = std::find(words.begin(), words.end(), value);
        if (place != words.end()) {
          value = std::to_string(place - words.begin());
          return std::string();
        }
        std::string message = "needs one of";
        for (const auto& word : words) message += " " + word;
        return message + "; got " + value;
      },
      "");
}

}  // namespace chat
