#include "chat/core/notice.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/base/utf8.hpp"

namespace chat {
namespace {

constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:";
constexpr char kEncoded = '~';

bool is_plain(std::string_view name) { return name.find_first_not_of(kPlain) == std::string_view::npos; }

}  // namespace

bool is_notice_name(std::string_view name) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  const auto is_late_control = [](char first, char second) {  // U+0080 to U+009F
    return first == '\xc2' && static_cast<unsigned char>(second) < 0xa0;
  };
  return !name.empty() && name.size() <= kMaxNoticeNameBytes && is_utf8(name) &&
         std::none_of(name.begin(), name.end(), is_control) &&
         std::adjacent_find(name.begin(), name.end(), is_late_control) == name.end();
}

/// "<event>[!<user>] <data>", with "~" and the base32 of an event whose name may have a "!" or a blank. No id has a
/// blank.
std::string encode_notice(std::string_view event, std::string_view data, std::string_view except) {
  std::string out = is_plain(event) ? std::string(event) : kEncoded + to_base32(event);
  if (!except.empty()) (out += '!') += except;
  return (out += ' ') += data;
}

std::optional<Notice> decode_notice(std::string_view payload) {
  const auto blank = payload.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto head = payload.substr(0, blank);
  const auto name = head.substr(0, head.find('!'));
  const auto except = head.substr(std::min(head.size(), name.size() + 1));
  const bool is_encoded = name.starts_with(kEncoded);
  std::string event = is_encoded ? from_base32(name.substr(1)) : std::string(name);
  if (!is_notice_name(event) || (!is_encoded && !is_plain(event))) return std::nullopt;
  return Notice{{}, std::move(event), std::string(payload.substr(blank + 1)), std::string(except)};
}

}  // namespace chat
