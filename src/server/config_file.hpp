#pragma once

#include <optional>
#include <string>
#include <vector>

namespace chat {

/// Why a file of settings cannot be read as such, with the number of the line and what was expected there; nothing if
/// each line is NAME = VALUE with one of `names`, empty, or a comment. Values are never repeated: they may be secrets.
std::optional<std::string> fault_in_config_file(const std::string& path, const std::vector<std::string>& names);

/// The line in which the file gives `name`; 0: none does.
std::size_t line_of_setting(const std::string& path, const std::string& name);

}  // namespace chat
