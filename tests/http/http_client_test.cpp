// The client with servers of its own on this machine.
#include "http/http_client_fixture.hpp"
#include "http/http_pool.hpp"

namespace chat {
namespace {

using Then = ServerReply::Then;
using Request = LocalServer::Request;

TEST_F(HttpClientTest, SendsTheRequestAndReadsTheAnswer) {
  std::string seen;
  server_.answer = [&](const Request& request) {
    seen = std::string(request.method_string()) + ' ' + std::string(request.target()) + ' ' +
           std::string(request["Host"]) + ' ' + std::string(request["Content-Type"]) + ' ' +
           std::string(request["X-Chat-Event"]) + ' ' + request.body();
    return ServerReply{http_answer("200 OK", R"({"rights":[]})")};
  };
  EXPECT_EQ(told(run()), R"(200 {"rights":[]})");
  EXPECT_EQ(seen, "POST /hooks 127.0.0.1:" + std::to_string(server_.port()) + R"( application/json join {"a":1})");
}

TEST_F(HttpClientTest, LeavesOutAHeaderThatWouldBeginAnother) {
  bool found = true;
  server_.answer = [&](const Request& request) {
    found = request.find("X-Evil") != request.end() || request.find("X-Chat-Delivery") != request.end();
    return ServerReply{http_answer("200 OK", "{}")};
  };
  auto post = post_to(server_.url());
  post.headers.emplace_back("X-Chat-Delivery", "1\r\nX-Evil: 1");
  EXPECT_EQ(told(run(client_, std::move(post))), "200 {}");
  EXPECT_FALSE(found);
}

TEST_F(HttpClientTest, KeepsConnectionsAndUsesThemAgain) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(told(run()), "200 {}");
  EXPECT_EQ(server_.connections, 1);
  EXPECT_EQ(client_.idle_connections(), 1u);
}

TEST_F(HttpClientTest, RequestsAtTheSameTimeHaveConnectionsOfTheirOwn) {
  int done = 0;
  for (int i = 0; i < 3; ++i) client_.send(post_to(server_.url()), [&](const HttpOutcome&) { ++done; });
  ASSERT_TRUE(run_until(loop_, [&] { return done == 3; }));
  EXPECT_EQ(server_.connections, 3);
  EXPECT_EQ(client_.idle_connections(), 3u);
}

TEST_F(HttpClientTest, ReadsAnswersInChunksAndUsesTheConnectionAgain) {
  const ServerReply chunked{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"};
  EXPECT_EQ(told(run(chunked)), "200 {}");
  EXPECT_EQ(told(run(chunked)), "200 {}");
  EXPECT_EQ(server_.connections, 1);
}

TEST_F(HttpClientTest, ReadsAnAnswerThatEndsWithTheConnection) {
  EXPECT_EQ(told(run({"HTTP/1.0 200 OK\r\n\r\n{}", Then::close})), "200 {}");
  EXPECT_EQ(client_.idle_connections(), 0u);
}

TEST_F(HttpClientTest, DoesNotKeepAConnectionWhoseNextBytesMayBeAnything) {
  EXPECT_EQ(told(run({http_answer("200 OK", "{}", "Connection: close\r\n")})), "200 {}");
  EXPECT_EQ(told(run({http_answer("200 OK", "{}") + http_answer("200 OK", R"({"deny":"forged"})")})), "200 {}");
  EXPECT_EQ(told(run({http_answer("200 OK", "{}")})), "200 {}");
  EXPECT_EQ(server_.connections, 3);
}

TEST_F(HttpClientTest, DoesNotUseAConnectionThatTheServerHasClosed) {
  EXPECT_EQ(told(run({http_answer("200 OK", "{}"), Then::close})), "200 {}");
  EXPECT_EQ(told(run({http_answer("200 OK", "{}"), Then::close})), "200 {}");
  EXPECT_EQ(server_.requests, 2);
}

TEST_F(HttpClientTest, RepeatsOnceIfAKeptConnectionClosesBeforeTheAnswer) {
  for (const auto end : {Then::close, Then::reset}) {
    server_.answer = [](const Request&) { return ServerReply{http_answer("200 OK", "{}")}; };
    ASSERT_EQ(told(run()), "200 {}");
    server_.requests = 0;
    server_.answer = [this, end](const Request&) {
      return server_.requests == 1 ? ServerReply{"", end} : ServerReply{http_answer("200 OK", R"({"second":1})")};
    };
    EXPECT_EQ(told(run()), R"(200 {"second":1})");
    EXPECT_EQ(server_.requests, 2);
  }
}

TEST_F(HttpClientTest, RepeatsNoSecondTime) {
  ASSERT_EQ(told(run()), "200 {}");
  server_.requests = 0;
  EXPECT_EQ(told(run({"", Then::close})), "connection: the connection broke before the answer: end of stream");
  EXPECT_EQ(server_.requests, 2);
}

TEST_F(HttpClientTest, RepeatsNothingOnANewConnection) {
  EXPECT_EQ(told(run({"", Then::close})), "connection: the connection broke before the answer: end of stream");
  EXPECT_EQ(server_.requests, 1);
}

TEST_F(HttpClientTest, RepeatsNothingOfWhichPartOfAnAnswerHasArrived) {
  ASSERT_EQ(told(run()), "200 {}");
  server_.requests = 0;
  EXPECT_TRUE(told(run({"HTTP/1.1 2", Then::close})).starts_with("connection: the connection broke before the answer"));
  EXPECT_EQ(server_.requests, 1);
}

TEST_F(HttpClientTest, RepeatsNothingThatTheReceiverWouldNotRecognise) {
  ASSERT_EQ(told(run()), "200 {}");
  server_.requests = 0;
  server_.answer = [](const Request&) { return ServerReply{"", Then::close}; };
  auto post = post_to(server_.url());
  post.is_repeatable = false;
  EXPECT_TRUE(told(run(client_, std::move(post))).starts_with("connection: "));
  EXPECT_EQ(server_.requests, 1);
}

TEST_F(HttpClientTest, GivesEachStatusAndFollowsNoRedirect) {
  EXPECT_EQ(told(run({http_answer("500 Internal Server Error", "oops")})), "500 oops");
  EXPECT_EQ(told(run({http_answer("302 Found", "", "Location: /other\r\n")})), "302 ");
  EXPECT_EQ(told(run({"HTTP/1.1 204 No Content\r\n\r\n"})), "204 ");
  EXPECT_EQ(server_.requests, 3);
}

TEST_F(HttpClientTest, EndsAtTheDeadlineWhateverTheServerDoes) {
  const ServerReply slow[] = {{"", Then::stall},
                              {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", Then::stall},
                              {"HTTP/1.1 200 OK\r\nX-Slow: ", Then::drip},
                              {"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", Then::drip}};
  for (const auto& reply : slow) {
    server_.answer = [reply](const Request&) { return reply; };
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(told(run(client_, post_to(server_.url(), Milliseconds(80)))), "timeout: no complete answer in time");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, Seconds(5));
  }
}

TEST_F(HttpClientTest, ABrokenConnectionIsAFault) {
  EXPECT_TRUE(told(run({"", Then::reset})).starts_with("connection: the connection broke before the answer: "));
  EXPECT_TRUE(told(run({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", Then::close}))
                  .starts_with("connection: the connection broke before the answer: "));
  unsigned short port = 0;
  {
    const LocalServer gone(loop_);
    port = gone.port();
  }
  EXPECT_TRUE(told(run(client_, post_to("http://127.0.0.1:" + std::to_string(port))))
                  .starts_with("connection: cannot connect"));
}

TEST_F(HttpClientTest, GarbageIsNoAnswer) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string body = "\r\n2\r\n{}\r\n0\r\n\r\n";
  for (const std::string& bytes :
       {std::string("SSH-2.0-OpenSSH_9.2\r\n\r\n"), std::string("HTTP/1.1 abc\r\n\r\n"), head + "No colon\r\n\r\n",
        head + "Content-Length: -1\r\n\r\n", head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        head + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n" + body,
        head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n" + body,
        head + "Transfer-Encoding: gzip, chunked\r\n" + body,
        head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + body,
        head + "Transfer-Encoding: gzip\r\n\r\n{}", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n" + body,
        std::string("HTTP/1.1 100 Continue\r\n\r\n") + http_answer("200 OK", "{}")}) {
    EXPECT_TRUE(told(run({bytes, Then::close})).starts_with("answer: "))
        << bytes << " gave " << told(run({bytes, Then::close}));
  }
  EXPECT_EQ(client_.idle_connections(), 0u);
}

TEST_F(HttpClientTest, CutsATooLongAnswerOffAtOnce) {
  const std::string megabyte(1024 * 1024, 'x');
  const std::string chunk = "100000\r\n" + megabyte + "\r\n";
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const ServerReply endless[] = {
      {head + "Content-Length: 104857600\r\n\r\n" + megabyte, Then::close, 100},
      {head + "Transfer-Encoding: chunked\r\n\r\n" + chunk, Then::close, 100},
      {head + "X: " + megabyte, Then::close, 100},
      {"HTTP/1.0 200 OK\r\n\r\n" + megabyte, Then::close, 100},
  };
  for (const auto& reply : endless) {
    server_.sent = 0;
    EXPECT_TRUE(told(run(reply)).starts_with("answer: the answer cannot be read: ")) << told(run(reply));
    EXPECT_LT(server_.sent, 20u * megabyte.size());
  }
}

TEST_F(HttpClientTest, TakesAnAnswerUpToTheLimit) {
  const std::string most(64 * 1024, ' ');
  EXPECT_EQ(told(run({http_answer("200 OK", most)})), "200 " + most);
  EXPECT_TRUE(told(run({http_answer("200 OK", most + ' ')})).starts_with("answer: "));
  const std::string field(15 * 1024, 'x');
  EXPECT_EQ(told(run({http_answer("200 OK", "{}", "X: " + field + "\r\n")})), "200 {}");
  EXPECT_TRUE(told(run({http_answer("200 OK", "{}", "X: " + field + field + "\r\n")})).starts_with("answer: "));
}

TEST_F(HttpClientTest, CompletesNothingWhenItIsGone) {
  bool called = false;
  {
    HttpClient short_lived(loop_);
    short_lived.send(post_to(server_.url()), [&](const HttpOutcome&) { called = true; });
    ASSERT_TRUE(run_until(loop_, [&] { return server_.requests == 1; }));
  }
  EXPECT_EQ(told(run()), "200 {}");
  EXPECT_FALSE(called);
}

TEST_F(HttpClientTest, ClosesConnectionsThatAreIdleForLong) {
  const auto pool = std::make_shared<HttpPool>(loop_, "", Milliseconds(20));
  auto connection = pool->make(false);
  connection->socket.connect({boost::asio::ip::address_v4::loopback(), server_.port()});
  pool->give_back("here", std::move(connection));
  EXPECT_EQ(pool->idle(), 1u);
  EXPECT_TRUE(run_until(loop_, [&] { return pool->idle() == 0; }));
}

TEST_F(HttpClientTest, KeepsABoundedNumberOfConnections) {
  const auto pool = std::make_shared<HttpPool>(loop_, "");
  for (int i = 0; i < 70; ++i) {
    auto connection = pool->make(false);
    connection->socket.connect({boost::asio::ip::address_v4::loopback(), server_.port()});
    pool->give_back("here", std::move(connection));
  }
  EXPECT_EQ(pool->idle(), HttpPool::kMaxIdle);
  EXPECT_NE(pool->take("here"), nullptr);
  EXPECT_EQ(pool->take("there"), nullptr);
}

}  // namespace
}  // namespace chat
