#include "chat/base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>

#include "chat/base/clock.hpp"
#include "chat/base/json_text.hpp"
#include "chat/base/rare.hpp"
#include "chat/base/trace.hpp"

namespace chat {
namespace {

constexpr std::size_t kLongestValue = 256;

std::shared_ptr<spdlog::logger> logger;
LogFormat format = LogFormat::text;

bool is_plain(std::string_view value) {
  for (const char c : value) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || static_cast<unsigned char>(c) >= 0x7f) return false;
  }
  return !value.empty();
}

void append_value(std::string& line, const LogField& field, LogFormat as) {
  const auto value = std::string_view(field.value).substr(0, kLongestValue);
  if (!field.quoted || (as == LogFormat::text && is_plain(value))) {
    line += value;
    return;
  }
  // Beyond ASCII everything is written as an escape of its bytes: no terminal trick and no invisible line break.
  std::string ascii;
  for (const char c : value) {
    if (static_cast<unsigned char>(c) < 0x7f) {
      ascii += c;
    } else {
      static constexpr char kDigits[] = "0123456789abcdef";
      ascii += "\\x";
      ascii += kDigits[static_cast<unsigned char>(c) >> 4];
      ascii += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
  append_json_string(line, ascii);
}

void append_field(std::string& line, const LogField& field, LogFormat as) {
  if (as == LogFormat::json) {
    line += ",\"";
    line += field.key;
    line += "\":";
  } else {
    line += ' ';
    line += field.key;
    line += '=';
  }
  append_value(line, field, as);
}

std::string render(std::string_view event, LogFields fields) {
  std::string line = format == LogFormat::json ? "\"event\":" : "event=";
  append_value(line, {"event", event}, format);
  for (const auto& field : fields) append_field(line, field, format);
  return line;
}

std::mutex kept_mutex;
std::deque<LoggedEvent> kept;
std::uint64_t last_kept = 0;

void keep(LogLevel level, std::string_view event, LogFields fields) {
  std::string text;
  for (const auto& field : fields) append_field(text, field, LogFormat::text);
  const std::lock_guard lock(kept_mutex);
  kept.push_back(
      {++last_kept, SystemClock().unix_ms(), level, std::string(event), text.empty() ? text : text.substr(1)});
  if (kept.size() > kEventsKept) kept.pop_front();
}

void write(spdlog::level::level_enum level, std::string_view event, LogFields fields) {
  if (logger && logger->should_log(level)) logger->log(level, render(event, fields));
}

std::mutex rare_mutex;
Rare rare;

}  // namespace

void open_log(LogLevel level, LogFormat chosen) {
  format = chosen;
  logger = std::make_shared<spdlog::logger>("chat", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern(
      chosen == LogFormat::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
      spdlog::pattern_time_type::utc);
  static constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::trace, spdlog::level::debug,
                                                          spdlog::level::info, spdlog::level::warn, spdlog::level::err};
  logger->set_level(kLevels[static_cast<int>(level)]);
  logger->flush_on(spdlog::level::trace);
  traced_hops = level == LogLevel::trace ? ~0U : 0U;
}

void log_error(std::string_view event, LogFields fields) {
  keep(LogLevel::error, event, fields);
  write(spdlog::level::err, event, fields);
}
void log_warn(std::string_view event, LogFields fields) {
  keep(LogLevel::warn, event, fields);
  write(spdlog::level::warn, event, fields);
}
void log_info(std::string_view event, LogFields fields) {
  keep(LogLevel::info, event, fields);
  write(spdlog::level::info, event, fields);
}
void log_debug(std::string_view event, LogFields fields) { write(spdlog::level::debug, event, fields); }

void trace(Hop hop, LogFields fields) {
  static constexpr std::string_view kNames[] = {"received", "stored", "published", "delivered", "flushed"};
  write(spdlog::level::trace, kNames[static_cast<std::size_t>(hop)], fields);
}

void log_warn_rarely(std::string_view event, LogFields fields) {
  std::optional<std::uint64_t> suppressed;
  {
    const std::lock_guard lock(rare_mutex);
    suppressed = rare.admit(event, std::chrono::steady_clock::now());
  }
  if (!suppressed) return;
  keep(LogLevel::warn, event, fields);
  if (!logger) return;
  std::string line = render(event, fields);
  if (*suppressed > 0) append_field(line, {"suppressed", *suppressed}, format);
  logger->log(spdlog::level::warn, line);
}

std::vector<LoggedEvent> logged_after(std::uint64_t number) {
  const std::lock_guard lock(kept_mutex);
  const auto first = std::find_if(kept.begin(), kept.end(), [number](const auto& one) { return one.number > number; });
  return {first, kept.end()};
}

void log_rare_counts() {
  std::vector<Rare::Untold> untold;
  {
    const std::lock_guard lock(rare_mutex);
    untold = rare.take_untold(std::chrono::steady_clock::now());
  }
  for (const auto& [kind, count] : untold) log_warn(kind, {{"suppressed", count}});
}

}  // namespace chat
