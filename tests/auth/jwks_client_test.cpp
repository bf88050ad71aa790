// The client with a server of its own on this machine; how it treats TLS: tests/e2e/token-makers.test.mjs.
#include "chat/auth/jwks_client.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "support/made_tokens.hpp"
#include "support/manual_clock.hpp"
#include "support/run_until.hpp"

namespace chat {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Answers each connection with `answer`, without reading its request to the end.
class Server {
 public:
  explicit Server(boost::asio::io_context& loop) : acceptor_(loop, {boost::asio::ip::address_v4::loopback(), 0}) {
    accept();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/keys"; }

  std::string answer;
  int requests = 0;

 private:
  void accept() {
    acceptor_.async_accept([this](error_code failed, tcp::socket socket) {
      if (failed) return;
      ++requests;
      const auto connection = std::make_shared<Connection>(std::move(socket), answer);
      connection->socket.async_read_some(
          boost::asio::buffer(connection->request), [connection](error_code, std::size_t) {
            boost::asio::async_write(connection->socket, boost::asio::buffer(connection->answer),
                                     [connection](error_code, std::size_t) {});
          });
      accept();
    });
  }
  struct Connection {
    Connection(tcp::socket s, std::string a) : socket(std::move(s)), answer(std::move(a)) {}
    tcp::socket socket;
    std::string answer;
    std::array<char, 4096> request{};
  };
  tcp::acceptor acceptor_;
};

std::string http(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nCache-Control: max-age=600\r\n\r\n" + body;
}
std::string set_with(const std::string& secret) {
  return R"({"keys":[{"kty":"oct","k":")" + to_base64url(secret) + R"("}]})";
}

class JwksClientTest : public testing::Test {
 protected:
  /// Lets time pass until an unknown key has caused two more fetches: the first is then over.
  bool fetch_again() {
    const int before = server_.requests;
    return run_until(loop_, [&] {
      clock_.advance(Seconds(300));
      client_.miss_key();
      return server_.requests >= before + 2;
    });
  }

  boost::asio::io_context loop_;
  ManualClock clock_;
  Server server_{loop_};
  std::vector<KeySet> taken_;
  JwksClient client_{loop_, clock_, {server_.url(), {}}, [this](KeySet keys) { taken_.push_back(std::move(keys)); }};
};

JwksAnswer fetched(boost::asio::io_context& loop, const std::string& url) {
  std::optional<JwksAnswer> answer;
  fetch_jwks(loop, {url, {}}, [&](JwksAnswer got) { answer = std::move(got); });
  run_until(loop, [&] { return answer.has_value(); });
  return answer.value_or(JwksAnswer{{}, {}, "the fetch never ended"});
}

TEST_F(JwksClientTest, GivesTheKeysOfTheAnswer) {
  server_.answer = http("200 OK", set_with(kSecret));
  client_.start();
  ASSERT_TRUE(run_until(loop_, [&] { return !taken_.empty(); }));
  EXPECT_EQ(outcome(hs256(R"({"sub":"ana"})"), taken_.at(0)), "valid");
}

TEST_F(JwksClientTest, FetchesAgainForAnUnknownKey) {
  server_.answer = http("200 OK", set_with(kSecret));
  client_.start();
  ASSERT_TRUE(run_until(loop_, [&] { return taken_.size() == 1; }));
  server_.answer = http("200 OK", set_with(std::string(40, 'n')));
  clock_.advance(Seconds(60));
  client_.miss_key();
  client_.miss_key();
  ASSERT_TRUE(run_until(loop_, [&] { return taken_.size() == 2; }));
  EXPECT_EQ(server_.requests, 2);
}

TEST_F(JwksClientTest, GivesNothingAfterAFailureAndGoesOn) {
  server_.answer = http("200 OK", set_with(kSecret));
  client_.start();
  ASSERT_TRUE(run_until(loop_, [&] { return taken_.size() == 1; }));
  for (const auto& broken : {http("500 No", set_with(kSecret)), http("200 OK", "{}"), std::string("SSH-2.0\r\n"),
                             std::string(), http("200 OK", std::string(kMaxKeySourceBytes + 1, ' '))}) {
    server_.answer = broken;
    EXPECT_TRUE(fetch_again());
  }
  server_.answer = http("200 OK", set_with(std::string(40, 'n')));
  EXPECT_TRUE(fetch_again());
  ASSERT_TRUE(run_until(loop_, [&] { return taken_.size() == 2; }));
  EXPECT_EQ(outcome(hs256(R"({"sub":"ana"})"), taken_.at(1)), "bad_signature");
}

TEST_F(JwksClientTest, MayGoWhileAFetchIsUnderWay) {
  server_.answer = http("200 OK", set_with(kSecret));
  bool called = false;
  {
    JwksClient short_lived(loop_, clock_, {server_.url(), {}}, [&](const KeySet&) { called = true; });
    short_lived.start();
    ASSERT_TRUE(run_until(loop_, [&] { return server_.requests == 1; }));
    short_lived.miss_key();
  }
  EXPECT_EQ(fetched(loop_, server_.url()).error, "");
  EXPECT_FALSE(called);
}

TEST_F(JwksClientTest, SaysWhyAnAnswerIsNone) {
  const struct {
    std::string answer;
    const char* error;
  } cases[] = {
      {http("200 OK", "{}"), ""},
      {http("404 Not Found", "{}"), "the answer has the status 404, not 200"},
      {"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", "the answer has the status 302, not 200"},
      {"", "the connection broke before the answer: end of stream"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", "the connection broke before the answer: partial message"},
      {http("200 OK", std::string(kMaxKeySourceBytes + 1, ' ')), "the answer cannot be read: body limit exceeded"},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(20000, 'x') + "\r\n\r\n",
       "the answer cannot be read: header limit exceeded"},
  };
  for (const auto& [answer, error] : cases) {
    server_.answer = answer;
    EXPECT_EQ(fetched(loop_, server_.url()).error, error);
  }
}

}  // namespace
}  // namespace chat
