#include <unistd.h>

#include <cstdio>
#include <exception>

#include "chat/server/config.hpp"
#include "chat/server/node.hpp"

int main(int argc, char** argv) {
  const auto parsed = chat::parse_config(argc, argv, environ);
  if (!parsed.run) {
    std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
    return parsed.exit_code;
  }
  chat::open_log(parsed.config.log_level, parsed.config.log_format);
  try {
    chat::Node(parsed.config).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chatd: %s (listen %s)\n", error.what(), parsed.config.listen.c_str());
    return 2;
  }
  return 0;
}
