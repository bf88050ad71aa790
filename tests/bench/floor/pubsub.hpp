#pragma once

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include "backplane/redis/command.hpp"
#include "backplane/redis/reply.hpp"
#include "floor/system.hpp"

namespace chat {

/// The least that brings a message to other processes over Redis: PUBLISH and SUBSCRIBE, answers unread, nothing kept,
/// nothing repaired. One command connection, which blocks, and one for subscriptions, which is waited for with epoll.
class PubSub {
 public:
  explicit PubSub(unsigned short port) : commands_(connect(port)), subscriptions_(connect(port)) {
    redis::append_command(outgoing_, {"CLIENT", "REPLY", "OFF"});
    flush();
    check(::fcntl(subscriptions_, F_SETFL, O_NONBLOCK) == 0, "fcntl");
  }

  int descriptor() const { return subscriptions_; }

  void subscribe(std::string_view channel) {
    std::string command;
    redis::append_command(command, {"SUBSCRIBE", channel});
    write(subscriptions_, command);
  }

  /// Leaves with the next flush().
  void publish(std::string_view channel, std::string_view text) {
    redis::append_command(outgoing_, {"PUBLISH", channel, text});
  }

  void flush() {
    if (outgoing_.empty()) return;
    write(commands_, outgoing_);
    outgoing_.clear();
  }

  /// Reads once, as much as there is, and calls on_message(channel, text) for each message.
  template <class OnMessage>
  void read(OnMessage on_message) {
    const auto size = ::recv(subscriptions_, input_.data(), input_.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    check(size > 0, "Redis");
    const auto end = static_cast<std::size_t>(size);
    for (std::size_t at = 0; at < end; at += kBite) {
      reader_.feed({input_.data() + at, std::min(kBite, end - at)});
      bool broken = false;
      while (const redis::Reply* reply = reader_.next(broken)) {
        const auto kind = reply->root().first(), channel = kind.next();
        if (kind.text() == "message") on_message(channel.text(), channel.next().text());
      }
      check(!broken, "the bytes of Redis are not RESP");
    }
  }

 private:
  static constexpr std::size_t kBite = 16 * 1024;  // to hiredis at once: after each reply it moves the rest

  static int connect(unsigned short port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(port);
    check(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "connect to Redis");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
  }

  static void write(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) continue;  // subscriptions are small, and only at the start
      check(sent > 0, "Redis");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  int commands_;
  int subscriptions_;
  std::string outgoing_;
  redis::ReplyReader reader_;
  std::array<char, 512 * 1024> input_;
};

}  // namespace chat
