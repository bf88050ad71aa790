#pragma once

#include <cstddef>
#include <string>

#include "chat/core/error.hpp"

namespace chat {

/// The bytes of a file.
/// Errors: bad_request, "<path>: cannot be read: …" or that it is longer than `most` bytes.
Result<std::string> read_small_file(const std::string& path, std::size_t most);

}  // namespace chat
