#include "backplane/redis/locator.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/command.hpp"
#include "backplane/redis/reply.hpp"

namespace chat::redis {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr Milliseconds kSentinelTime{500};  // for one Sentinel; then the next is asked

}  // namespace

/// One question to one Sentinel: connect, ask, read one reply, under one time-out that closes the socket.
struct Locator::Question : std::enable_shared_from_this<Question> {
  explicit Question(asio::io_context& loop) : socket(loop), timer(loop) {}

  asio::ip::tcp::socket socket;
  asio::steady_timer timer;
  ReplyReader reader;
  std::string command;
  std::array<char, 1024> input{};
  std::function<void(const Reply::Part*)> answered;  // nullptr: no answer

  void start(const Endpoints& endpoints) {
    timer.expires_after(kSentinelTime);
    timer.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->finish(nullptr);
    });
    asio::async_connect(socket, endpoints, [self = shared_from_this()](error_code failed, const auto&) {
      if (failed) return self->finish(nullptr);
      asio::async_write(self->socket, asio::buffer(self->command), [self](error_code broken, std::size_t) {
        if (broken) return self->finish(nullptr);
        self->read();
      });
    });
  }

  void read() {
    socket.async_read_some(asio::buffer(input), [self = shared_from_this()](error_code failed, std::size_t size) {
      if (failed) return self->finish(nullptr);
      self->reader.feed({self->input.data(), size});
      bool broken = false;
      const Reply* reply = self->reader.next(broken);
      if (broken) return self->finish(nullptr);
      if (reply == nullptr) return self->read();
      const auto root = reply->root();
      self->finish(&root);
    });
  }

  void finish(const Reply::Part* reply) {
    timer.cancel();
    error_code ignored;
    socket.close(ignored);
    if (auto done = std::exchange(answered, nullptr)) done(reply);
  }
};

void Locator::find(Found found) {
  if (url_.master.empty()) return resolve(url_.places.front(), std::move(found));
  ask(0, std::move(found));
}

void Locator::cancel() {
  resolver_.cancel();
  if (question_) {
    question_->answered = nullptr;
    question_->finish(nullptr);
    question_.reset();
  }
}

void Locator::resolve(const RedisUrl::Place& place, Found found) {
  resolver_.async_resolve(place.host, place.port,
                          [host = place.host, found = std::move(found)](error_code error, const Endpoints& endpoints) {
                            if (error == asio::error::operation_aborted) return;
                            found(error ? "cannot resolve " + host + ": " + error.message() : "", endpoints);
                          });
}

void Locator::ask(std::size_t sentinel, Found found) {
  if (sentinel == url_.places.size()) return found("no Sentinel knows the master " + url_.master, {});
  resolve(url_.places[sentinel],
          [this, sentinel, found = std::move(found)](const std::string& failure, const Endpoints& endpoints) {
            if (!failure.empty()) return ask(sentinel + 1, found);
            question_ = std::make_shared<Question>(loop_);
            append_command(question_->command, {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", url_.master});
            question_->answered = [this, sentinel, found](const Reply::Part* reply) {
              if (reply == nullptr || reply->size() != 2) return ask(sentinel + 1, found);
              const auto host = reply->first(), port = host.next();
              const auto number = parse_offset(port.text());
              if (host.text().empty() || !number || *number == 0 || *number > 65535) return ask(sentinel + 1, found);
              resolve({std::string(host.text()), std::string(port.text())}, found);
            };
            question_->start(endpoints);
          });
}

}  // namespace chat::redis
