#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>

namespace chat {

/// Any error ends the program: a floor without its Redis or its port measures nothing.
inline void check(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::exit(1);
}

inline sockaddr_in loopback(unsigned short port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace chat
