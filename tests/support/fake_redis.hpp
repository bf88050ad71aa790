#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "backplane/redis/reply.hpp"

namespace chat {

/// A server that speaks RESP2 and gives the answers of the test, on the test's own loop.
class FakeRedis {
 public:
  using Command = std::vector<std::string>;
  /// The bytes to answer with.
  using Answer = std::function<std::string(const Command&)>;

  FakeRedis(boost::asio::io_context& loop, Answer answer)
      : acceptor_(loop, {boost::asio::ip::address_v4::loopback(), 0}), answer_(std::move(answer)) {
    accept();
  }
  std::string url() const { return "redis://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

  static std::string bulk(const std::string& text) {
    return '$' + std::to_string(text.size()) + "\r\n" + text + "\r\n";
  }
  static std::string array(const std::vector<std::string>& parts) {
    std::string out = '*' + std::to_string(parts.size()) + "\r\n";
    for (const auto& part : parts) out += part;
    return out;
  }
  /// The answers that a node needs before it works; empty for any other command.
  static std::string greeting(const Command& command) {
    const std::string& name = command.at(0);
    if (name == "AUTH" || name == "SELECT" || name == "CLIENT") return "+OK\r\n";
    if (name == "PING") return "+PONG\r\n";
    if (name == "CONFIG") return "*0\r\n";
    if (name == "INFO") return bulk("run_id:" + std::string(40, 'a') + "\r\n");
    if (name == "GET" && command.at(1) == "chat:store-place") return "$-1\r\n";
    if (name == "SCRIPT") return bulk(std::string(40, 'b'));
    if (name == "EVALSHA" && command.at(3) == "chat:{}:probe") return ":1\r\n";
    if (name == "SSUBSCRIBE") return array({bulk("ssubscribe"), bulk(command.at(1)), ":1\r\n"});
    return {};
  }
  /// Sends it to every connection that has subscribed.
  void push(const std::string& bytes) {
    for (auto& client : clients_) {
      if (client.subscribes) client.write(bytes);
    }
  }

 private:
  struct Client {
    explicit Client(boost::asio::ip::tcp::socket s) : socket(std::move(s)) {}
    void write(const std::string& bytes) {
      boost::system::error_code ignored;
      boost::asio::write(socket, boost::asio::buffer(bytes), ignored);
    }
    boost::asio::ip::tcp::socket socket;
    redis::ReplyReader reader;
    std::array<char, 4096> input{};
    bool subscribes = false;
  };

  void accept() {
    acceptor_.async_accept([this](boost::system::error_code error, boost::asio::ip::tcp::socket socket) {
      if (error) return;
      read(clients_.emplace_back(std::move(socket)));
      accept();
    });
  }
  void read(Client& client) {
    client.socket.async_read_some(boost::asio::buffer(client.input),
                                  [this, &client](boost::system::error_code error, std::size_t size) {
                                    if (error) return;
                                    client.reader.feed({client.input.data(), size});
                                    answer(client);
                                    read(client);
                                  });
  }
  void answer(Client& client) {
    bool broken = false;
    while (const auto* request = client.reader.next(broken)) {
      Command command;
      auto part = request->root().first();
      for (std::size_t i = 0; i < request->root().size(); ++i, part = part.next()) command.emplace_back(part.text());
      if (command.at(0) == "SSUBSCRIBE") client.subscribes = true;
      client.write(answer_(command));
    }
  }

  boost::asio::ip::tcp::acceptor acceptor_;
  Answer answer_;
  std::list<Client> clients_;
};

}  // namespace chat
