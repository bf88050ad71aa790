#pragma once

#include <string>

namespace chat::ctl {

/// All bytes of a file. Throws std::runtime_error with its name if it cannot be read.
std::string read_file(const std::string& path);

}  // namespace chat::ctl
