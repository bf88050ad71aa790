#include "server/config_file.hpp"

#include <algorithm>
#include <fstream>
#include <functional>

#include "chat/base/closest.hpp"

namespace chat {
namespace {

constexpr const char* kBlanks = " \t\r";

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Calls `look(number, name)` for each line that is neither empty nor a comment, until that returns true; the name is
/// empty where there is none.
void for_each_setting(const std::string& path, const std::function<bool(std::size_t, const std::string&)>& look) {
  std::ifstream file(path);
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    line = trimmed(line);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    const auto equals = line.find('=');
    const auto name = equals == std::string::npos ? std::string() : trimmed(line.substr(0, equals));
    if (look(number, name)) return;
  }
}

bool is_word(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace

std::optional<std::string> fault_in_config_file(const std::string& path, const std::vector<std::string>& names) {
  std::optional<std::string> fault;
  for_each_setting(path, [&](std::size_t number, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) != names.end()) return false;
    fault = path + ", line " + std::to_string(number) + ": ";
    if (!is_word(name)) {
      *fault += "expected NAME = VALUE, such as node-id = \"chat-1\"";
    } else {
      const auto meant = closest(name, names);
      *fault += "there is no setting " + name + (meant.empty() ? "" : "; did you mean " + meant + "?");
    }
    return true;
  });
  return fault;
}

std::size_t line_of_setting(const std::string& path, const std::string& name) {
  std::size_t line = 0;
  for_each_setting(path, [&](std::size_t number, const std::string& found) {
    if (found == name) line = number;
    return found == name;
  });
  return line;
}

}  // namespace chat
