#include <unistd.h>

#include <boost/system/system_error.hpp>
#include <cstdio>
#include <exception>
#include <string_view>

#include "chat/server/config.hpp"
#include "chat/server/node.hpp"
#include "chat/server/rotate_secret.hpp"

int main(int argc, char** argv) {
  const bool rotates = argc > 1 && std::string_view(argv[1]) == "rotate-secret";
  const auto parsed = chat::parse_config(argc - rotates, argv + rotates, environ);
  if (!parsed.run) {
    std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
    return parsed.exit_code;
  }
  chat::open_log(parsed.config.log_level, parsed.config.log_format);
  if (rotates) return chat::rotate_secret(parsed.config);
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
