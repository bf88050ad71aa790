#include <unistd.h>

#include <boost/system/system_error.hpp>
#include <cstdio>
#include <exception>
#include <string_view>

#include "chat/server/config.hpp"
#include "chat/server/node.hpp"
#include "chat/server/process.hpp"
#include "chat/server/rotate_secret.hpp"

namespace {

/// Advice for an address on which the node cannot listen.
const char* advice(const boost::system::error_code& why) {
  namespace errc = boost::system::errc;
  if (why == errc::address_in_use) {
    return "Another program has this port: stop it, or choose another port with --listen ADDRESS:PORT (0: any free "
           "one).";
  }
  if (why == errc::permission_denied) {
    return "Ports below 1024 need the capability CAP_NET_BIND_SERVICE: choose a higher one with --listen ADDRESS:PORT.";
  }
  if (why == errc::address_not_available) {
    return "This machine does not have this address: choose one it has with --listen ADDRESS:PORT (0.0.0.0 takes all).";
  }
  return "Choose another address with --listen ADDRESS:PORT.";
}

}  // namespace

int main(int argc, char** argv) {
  chat::ignore_signals();
  const bool rotates = argc > 1 && std::string_view(argv[1]) == "rotate-secret";
  const auto parsed = chat::parse_config(argc - rotates, argv + rotates, environ);
  if (!parsed.run) {
    std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
    return parsed.exit_code;
  }
  if (!parsed.config.core_dumps) chat::forbid_core_dumps();
  chat::open_log(parsed.config.log_level, parsed.config.log_format);
  if (rotates) return chat::rotate_secret(parsed.config);
  try {
    chat::Node(parsed.config).run();
  } catch (const boost::system::system_error& error) {
    std::fprintf(stderr, "chatd: cannot listen on %s: %s. %s\n", parsed.config.listen.c_str(),
                 error.code().message().c_str(), advice(error.code()));
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chatd: %s\n", error.what());
    return 2;
  }
  return 0;
}
