#include "backplane/redis/command.hpp"

#include <hiredis/hiredis.h>

#include <vector>

#include "chat/base/assert.hpp"

namespace chat::redis {

void append_command(std::string& out, std::span<const std::string_view> arguments) {
  thread_local std::vector<const char*> texts;
  thread_local std::vector<std::size_t> lengths;
  texts.clear();
  lengths.clear();
  for (const auto argument : arguments) {
    texts.push_back(argument.empty() ? "" : argument.data());
    lengths.push_back(argument.size());
  }
  char* command = nullptr;
  const auto size = redisFormatCommandArgv(&command, static_cast<int>(texts.size()), texts.data(), lengths.data());
  CHAT_ASSERT(size > 0);
  out.append(command, static_cast<std::size_t>(size));
  redisFreeCommand(command);
}

}  // namespace chat::redis
