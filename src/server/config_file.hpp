#pragma once

#include <optional>
#include <string>
#include <vector>

namespace chat {

/// Checks that each line of a file of settings is NAME = VALUE with one of `names`, empty, or a comment. Returns the
/// mistake with the number of its line; empty: none. It never repeats a value, which may be a secret.
std::optional<std::string> fault_in_config_file(const std::string& path, const std::vector<std::string>& names);

/// The line in which the file gives `name`; 0: none does.
std::size_t line_of_setting(const std::string& path, const std::string& name);

}  // namespace chat
