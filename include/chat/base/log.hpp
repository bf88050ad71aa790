#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// One value of a log line. Text is escaped and cut at 256 bytes, so that no text of a client can forge a line.
struct LogField {
  LogField(std::string_view k, std::string_view v) : key(k), value(v), quoted(true) {}
  LogField(std::string_view k, const char* v) : LogField(k, std::string_view(v)) {}
  LogField(std::string_view k, const std::string& v) : LogField(k, std::string_view(v)) {}
  LogField(std::string_view k, std::integral auto v) : key(k), value(std::to_string(v)), quoted(false) {}
  LogField(std::string_view k, bool v) : key(k), value(v ? "true" : "false"), quoted(false) {}

  std::string_view key;
  std::string value;
  bool quoted;  // text, as opposed to a number or a truth value
};
using LogFields = std::initializer_list<LogField>;

enum class LogLevel { trace, debug, info, warn, error };
enum class LogFormat { text, json };

/// Sets where and how the process logs: one line an event on standard error. Until then nothing is logged.
void open_log(LogLevel level, LogFormat format);

/// One event: `log_info("listening", {{"address", "0.0.0.0:8080"}})`. Never a message body, never a token.
/// error = someone must act; warn = degraded; info = lifecycle; debug = per message.
void log_error(std::string_view event, LogFields fields = {});
void log_warn(std::string_view event, LogFields fields = {});
void log_info(std::string_view event, LogFields fields = {});
void log_debug(std::string_view event, LogFields fields = {});

/// An event at info or above, as it was logged, whatever the level of the log.
struct LoggedEvent {
  std::uint64_t number = 0;  // 1, 2, 3 … in this process
  std::int64_t time = 0;     // Unix milliseconds
  LogLevel level = LogLevel::info;
  std::string event;
  std::string fields;  // key=value, with blanks between
};
/// The last events behind the one with this number, at most kEventsKept. Thread: any.
inline constexpr std::size_t kEventsKept = 100;
std::vector<LoggedEvent> logged_after(std::uint64_t number);

/// A warning about something that outsiders can cause as often as they like: one line a minute for each event. The next
/// line says how many were left out (`suppressed`).
void log_warn_rarely(std::string_view event, LogFields fields = {});
/// Writes the counts that no next line has reported yet. Call it from time to time.
void log_rare_counts();

}  // namespace chat
