#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// A word of the application to sessions: an event of its own name with data. Never stored, at most once.
struct Notice {
  std::string room{};  // empty: to the session itself
  std::string event;
  std::string data;      // JSON
  std::string except{};  // id of the one member of the room that does not get it; empty: all get it
};

inline constexpr std::size_t kMaxNoticeNameBytes = 64;

/// 1 to 64 bytes of UTF-8 without control characters.
bool is_notice_name(std::string_view name);

/// The payload of Signal::notice.
std::string encode_notice(std::string_view event, std::string_view data, std::string_view except = {});
/// nullopt: it is none. The data may be any bytes.
std::optional<Notice> decode_notice(std::string_view payload);

}  // namespace chat
