#include "chat/core/notice.hpp"

#include <algorithm>

namespace chat {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kOthers = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:";

}  // namespace

bool is_notice_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNoticeNameBytes && kLetters.find(name.front()) != std::string_view::npos &&
         name.find_first_not_of(kOthers) == std::string_view::npos;
}

/// "<event>[!<user>] <data>": no name of an event has a "!", and no id has a blank.
std::string encode_notice(std::string_view event, std::string_view data, std::string_view except) {
  std::string out(event);
  if (!except.empty()) (out += '!') += except;
  return (out += ' ') += data;
}

std::optional<Notice> decode_notice(std::string_view payload) {
  const auto blank = payload.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto head = payload.substr(0, blank);
  const auto event = head.substr(0, head.find('!'));
  const auto except = head.substr(std::min(head.size(), event.size() + 1));
  if (!is_notice_name(event)) return std::nullopt;
  return Notice{{}, std::string(event), std::string(payload.substr(blank + 1)), std::string(except)};
}

}  // namespace chat
