#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat/base/digest.hpp"
#include "chat/codec/websocket_framing.hpp"
#include "chat/transport/websocket/websocket_reader.hpp"
#include "floor/pubsub.hpp"
#include "floor/system.hpp"

/// The least work of a server that brings a message to all members of a room: one thread, epoll, send(). No order among
/// nodes, no history, no names. The cost of another server beyond this is its own.
///
///   chat-floor PORT BATCH [REDIS_PORT]   up to BATCH messages of a room and turn leave in one send() to each member;
///                                        with Redis each goes there first, so that several processes share rooms
///
/// A client joins by connecting to /?room=NAME; each text frame it sends goes to all members of that room.
namespace {

using namespace chat;

struct Client;

struct Room {
  std::string name;
  std::vector<Client*> members;
  std::vector<std::string> frames;  // of this turn
};

struct Client {
  int fd = -1;
  Room* room = nullptr;  // nullptr: not upgraded yet
  std::size_t seat = 0;  // in the room's members
  std::string head;      // of the upgrade request, while it is not complete
  std::string backlog;   // the bytes that a full socket did not take
  std::unique_ptr<WebSocketReader> reader;
  bool gone = false;
};

class Floor {
 public:
  Floor(unsigned short port, std::size_t batch, unsigned short redis)
      : batch_(batch), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (redis != 0) watch(EPOLL_CTL_ADD, pubsub_.emplace(redis).descriptor(), kPubSub, EPOLLIN);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto address = loopback(port);
    check(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind");
    check(::listen(listener_, 4096) == 0, "listen");
    watch(EPOLL_CTL_ADD, listener_, kListener, EPOLLIN);
  }

  void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        auto* client = static_cast<Client*>(event.data.ptr);
        if (client == kListener) {
          accept_all();
        } else if (client == kPubSub) {
          pubsub_->read([this](std::string_view room, std::string_view text) { say(rooms_[std::string(room)], text); });
        } else {
          if ((event.events & EPOLLOUT) != 0 && !client->gone) write(*client, {});
          if ((event.events & ~std::uint32_t{EPOLLOUT}) != 0 && !client->gone) read(*client);
        }
      }
      if (pubsub_) pubsub_->flush();
      fan_out();
      forget_gone();
    }
  }

 private:
  // The other sources of an event, beside a client.
  static constexpr Client* kListener = nullptr;
  Client* const kPubSub = &no_client_;

  void watch(int operation, int fd, Client* client, std::uint32_t wanted) const {
    epoll_event event{};
    event.events = wanted;
    event.data.ptr = client;
    ::epoll_ctl(epoll_, operation, fd, &event);
  }

  void accept_all() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      auto client = std::make_unique<Client>();
      client->fd = fd;
      watch(EPOLL_CTL_ADD, fd, client.get(), EPOLLIN);
      clients_[fd] = std::move(client);
    }
  }

  void read(Client& client) {
    const auto size = ::recv(client.fd, buffer_.data(), buffer_.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return leave(client);
    const std::span bytes(buffer_.data(), static_cast<std::size_t>(size));
    if (client.room == nullptr) return upgrade(client, {bytes.data(), bytes.size()});
    Incoming incoming{*this, client};
    if (client.reader->feed(bytes, incoming)) leave(client);
  }

  /// Reads the request as chat-load writes it.
  void upgrade(Client& client, std::string_view bytes) {
    constexpr std::string_view kRoom = "?room=";
    constexpr std::string_view kKey = "Sec-WebSocket-Key: ";
    constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 §1.3
    client.head += bytes;
    if (!client.head.ends_with("\r\n\r\n")) return;
    const auto value = [&head = client.head](std::string_view before, const char* end) {
      const auto at = head.find(before);
      return at == std::string::npos
                 ? std::string()
                 : head.substr(at + before.size(), head.find_first_of(end, at + before.size()) - at - before.size());
    };
    join(client, value(kRoom, " &"));
    write(client,
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
              to_base64(sha1(value(kKey, "\r").append(kGuid))) + "\r\n\r\n");
    client.head = {};
  }

  /// Redis has the subscription before the client knows that it is here, so it misses nothing.
  void join(Client& client, const std::string& name) {
    client.room = &rooms_[name];
    if (client.room->name.empty()) {
      client.room->name = name;
      if (pubsub_) pubsub_->subscribe(name);
    }
    client.seat = client.room->members.size();
    client.room->members.push_back(&client);
    client.reader = std::make_unique<WebSocketReader>(16 * 1024);
  }

  void leave(Client& client) {
    client.gone = true;
    gone_.push_back(client.fd);
    if (client.room == nullptr) return;
    auto& members = client.room->members;
    members[client.seat] = members.back();
    members[client.seat]->seat = client.seat;
    members.pop_back();
  }

  /// At the end of the turn: until then an event may still name the client, and its descriptor must not be another's.
  void forget_gone() {
    for (const int fd : gone_) {
      clients_.erase(fd);
      ::close(fd);
    }
    gone_.clear();
  }

  struct Incoming final : WebSocketReader::Handler {
    Incoming(Floor& f, Client& c) : floor(f), client(c) {}
    void on_message(std::string_view payload, bool) override {
      if (floor.pubsub_) return floor.pubsub_->publish(client.room->name, payload);
      floor.say(*client.room, payload);
    }
    void on_ping(std::string_view) override {}
    void on_pong() override {}
    void on_close(CloseCode) override { floor.leave(client); }
    bool is_done() const override { return client.gone; }
    Floor& floor;
    Client& client;
  };

  void say(Room& room, std::string_view text) {
    append_websocket_frame(room.frames.emplace_back(), Opcode::text, text);
    touched_.insert(&room);
  }

  void fan_out() {
    for (Room* room : touched_) {
      for (std::size_t first = 0; first < room->frames.size(); first += batch_) {
        std::string bytes;
        for (std::size_t i = first; i < std::min(first + batch_, room->frames.size()); ++i) bytes += room->frames[i];
        for (Client* member : room->members) write(*member, bytes);
      }
      room->frames.clear();
    }
    touched_.clear();
  }

  /// A full socket is waited for; a broken one shows when it is read.
  void write(Client& client, std::string_view bytes) {
    const bool waited = !client.backlog.empty();
    if (waited) bytes = client.backlog += bytes;
    const auto sent = std::max<ssize_t>(0, ::send(client.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (!waited && static_cast<std::size_t>(sent) == bytes.size()) return;
    client.backlog = std::string(bytes.substr(static_cast<std::size_t>(sent)));
    watch(EPOLL_CTL_MOD, client.fd, &client, client.backlog.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
  }

  std::size_t batch_;
  int epoll_;
  int listener_ = -1;
  std::optional<PubSub> pubsub_;
  Client no_client_;
  std::unordered_map<int, std::unique_ptr<Client>> clients_;
  std::unordered_map<std::string, Room> rooms_;
  std::set<Room*> touched_;
  std::vector<int> gone_;
  std::array<char, 128 * 1024> buffer_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fputs("usage: chat-floor PORT BATCH [REDIS_PORT]\n", stderr);
    return 2;
  }
  const auto port = [&](int i) { return static_cast<unsigned short>(i < argc ? std::atoi(argv[i]) : 0); };
  const auto floor = std::make_unique<Floor>(port(1), std::strtoul(argv[2], nullptr, 10), port(3));
  std::puts("listening");
  std::fflush(stdout);
  floor->run();
}
