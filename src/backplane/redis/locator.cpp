#include "backplane/redis/locator.hpp"

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
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

/// One question to one Sentinel: connect, ask, read one reply, under one time-out that closes the stream.
struct Locator::Question : std::enable_shared_from_this<Question> {
  Question(asio::io_context& loop, const RedisUrl& url) : stream(loop, url), timer(loop) {}

  Stream stream;
  asio::steady_timer timer;
  ReplyReader reader;
  std::string command;
  std::array<char, 1024> input{};
  std::function<void(const Reply::Part*)> answered;  // nullptr: no answer

  void start(const Target& target) {
    timer.expires_after(kSentinelTime);
    timer.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->finish(nullptr);
    });
    stream.connect(target, [self = shared_from_this()](const std::string& failure) {
      if (!failure.empty()) return self->finish(nullptr);
      self->stream.write(asio::buffer(self->command), [self](error_code broken, std::size_t) {
        if (broken) return self->finish(nullptr);
        self->read();
      });
    });
  }

  void read() {
    stream.read_some(asio::buffer(input), [self = shared_from_this()](error_code failed, std::size_t size) {
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
    stream.close();
    if (auto done = std::exchange(answered, nullptr)) done(reply);
  }
};

void Locator::find(Found found) {
  if (!url_.master.empty()) return ask(0, std::move(found));
  if (url_.path.empty()) return resolve(url_.places.front(), std::move(found));
  const asio::local::stream_protocol::endpoint socket(url_.path);
  asio::post(loop_, [found = std::move(found), target = Target{{socket}, url_.path}] { found("", target); });
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
                          [host = place.host, found = std::move(found)](error_code error, const auto& endpoints) {
                            if (error == asio::error::operation_aborted) return;
                            if (error) return found("cannot resolve " + host + ": " + error.message(), {});
                            Target target{{}, host};
                            for (const auto& entry : endpoints) target.endpoints.emplace_back(entry.endpoint());
                            found("", target);
                          });
}

void Locator::ask(std::size_t sentinel, Found found) {
  if (sentinel == url_.places.size()) return found("no Sentinel knows the master " + url_.master, {});
  resolve(url_.places[sentinel],
          [this, sentinel, found = std::move(found)](const std::string& failure, const Target& target) {
            if (!failure.empty()) return ask(sentinel + 1, found);
            question_ = std::make_shared<Question>(loop_, url_);
            append_command(question_->command, {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", url_.master});
            question_->answered = [this, sentinel, found](const Reply::Part* reply) {
              if (reply == nullptr || reply->size() != 2) return ask(sentinel + 1, found);
              const auto host = reply->first(), port = host.next();
              const auto number = parse_offset(port.text());
              if (host.text().empty() || !number || *number == 0 || *number > 65535) return ask(sentinel + 1, found);
              resolve({std::string(host.text()), std::string(port.text())}, found);
            };
            question_->start(target);
          });
}

}  // namespace chat::redis
