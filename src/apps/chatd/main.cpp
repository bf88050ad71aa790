#include <unistd.h>

#include <boost/system/system_error.hpp>
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
  } catch (const boost::system::system_error& error) {
    std::fprintf(stderr, "chatd: cannot listen on %s: %s (choose another with --listen)\n",
                 parsed.config.listen.c_str(), error.code().message().c_str());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chatd: %s\n", error.what());
    return 2;
  }
  return 0;
}
