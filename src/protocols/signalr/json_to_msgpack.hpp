#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chat {

/// Each appends one value of MessagePack in the smallest form there is for it.
void append_msgpack_number(std::string& out, std::uint64_t value);
void append_msgpack_text(std::string& out, std::string_view text);

/// Appends a JSON text that has passed check_json(), or is our own, in one pass and without building a document.
/// Members stand in the order of their names; of two with one name the last counts.
void append_msgpack_of_json(std::string& out, std::string_view json);

}  // namespace chat
