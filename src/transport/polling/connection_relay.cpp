#include "chat/transport/polling/connection_relay.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace chat {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

ConnectionAnswer answer_of(const Result<std::string>& relayed) {
  if (relayed) {
    return decode_connection_answer(*relayed).value_or(ConnectionAnswer{http::status::gateway_timeout, {}});
  }
  const bool is_gone = relayed.error().code == ErrorCode::not_found;
  return {is_gone ? http::status::not_found : http::status::gateway_timeout, {}};
}

}  // namespace

void ConnectionRelay::listen(std::string id, Handler handler, std::function<void(bool is)> done) {
  const auto on_request = [this, handler = std::move(handler)](std::string_view text, const Messenger::Answer& answer) {
    asio::post(shard_, [this, handler, text = std::string(text), answer] {
      const auto reply = [this, answer](const ConnectionAnswer& given) {
        asio::post(backplane_loop_, [answer, text = encode(given)] { answer(text); });
      };
      const auto request = decode_connection_request(text);
      request ? handler(*request, reply) : reply({http::status::not_found, {}});
    });
  };
  const auto on_listening = [this, done = std::move(done)](const Result<bool>& listening) {
    asio::post(shard_, [done, is = listening.has_value()] { done(is); });
  };
  asio::post(backplane_loop_, [this, id = std::move(id), on_request, on_listening]() mutable {
    messenger_.listen(std::move(id), on_request, on_listening);
  });
}

void ConnectionRelay::unlisten(std::string id) {
  asio::post(backplane_loop_, [this, id = std::move(id)] { messenger_.unlisten(id); });
}

void ConnectionRelay::ask(std::string id, const ConnectionRequest& request, Milliseconds most, Answer done) {
  asio::post(backplane_loop_, [this, id = std::move(id), text = encode(request), most,
                               done = std::move(done)]() mutable {
    messenger_.ask(std::move(id), std::move(text), most, [this, done = std::move(done)](Result<std::string> relayed) {
      asio::post(shard_, [done, relayed = std::move(relayed)] { done(answer_of(relayed)); });
    });
  });
}

void ConnectionRelay::claim(std::string id, Seconds kept, std::function<void(Result<bool>)> done) {
  asio::post(backplane_loop_, [this, id = std::move(id), kept, done = std::move(done)]() mutable {
    kv_.claim(std::move(id), kept, [this, done = std::move(done)](Result<bool> is_first) {
      asio::post(shard_, [done, is_first = std::move(is_first)] { done(is_first); });
    });
  });
}

}  // namespace chat
