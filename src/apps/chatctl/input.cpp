#include "apps/chatctl/input.hpp"

#include <ctime>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

#include "chat/core/names.hpp"

namespace chat::ctl {
namespace {

bool is_number(const std::string& text, std::size_t most_digits) {
  return !text.empty() && text.size() <= most_digits && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return text;
}

long to_seconds(const std::string& flag, const std::string& text) {
  constexpr std::string_view kUnits = "smhd";
  constexpr long kSeconds[] = {1, 60, 3600, 86400};
  const auto unit = text.empty() ? std::string_view::npos : kUnits.find(text.back());
  const std::string digits = unit == std::string_view::npos ? "" : text.substr(0, text.size() - 1);
  if (!is_number(digits, 6)) throw std::runtime_error(flag + " needs a number and s, m, h or d, for example 15m");
  return std::stol(digits) * kSeconds[unit];
}

UnixMs to_time(const std::string& flag, const std::string& text) {
  if (is_number(text, 11)) return std::stoll(text) * 1000;
  std::tm parts{};
  const char* const end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') {
    throw std::runtime_error(flag + " needs a time, for example 2026-11-21T13:40:00Z, or seconds since 1970");
  }
  return static_cast<UnixMs>(timegm(&parts)) * 1000;
}

std::string fault_in_user(const std::string& text) {
  return is_user_id(text) && text.size() <= 64 ? "" : "a user's id has 1 to 64 bytes without blanks";
}

std::string fault_in_token_id(const std::string& text) {
  return is_user_id(text) ? "" : "a token's id has 1 to 128 bytes without blanks";
}

std::string fault_in_room(const std::string& text) {
  return is_room_name(room_of_group(text)) ? "" : "a room's name has 1 to 128 bytes without control characters";
}

std::string fault_in_one_room(const std::string& text) {
  if (text.find('*') != std::string::npos) return "name one room; a pattern is for rules and tokens";
  return fault_in_room(text);
}

std::string fault_if_empty(const std::string& text) { return text.empty() ? "it is empty" : ""; }

}  // namespace chat::ctl
