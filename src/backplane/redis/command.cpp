#include "backplane/redis/command.hpp"

#include "chat/base/json_text.hpp"

namespace chat::redis {

void append_command(std::string& out, std::span<const std::string_view> arguments) {
  const auto append_line = [&out](char kind, std::size_t size) {
    out += kind;
    append_number(out, size);
    out += "\r\n";
  };
  append_line('*', arguments.size());
  for (const auto argument : arguments) {
    append_line('$', argument.size());
    out += argument;
    out += "\r\n";
  }
}

}  // namespace chat::redis
