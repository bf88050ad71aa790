#include "transport/http/request_head.hpp"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>

#include "chat/transport/connection_token.hpp"
#include "transport/request.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

struct RequestHead : testing::Test {
  /// The status by which a request is refused; ok: it is not.
  http::status judge(HttpRequest request) const {
    const auto fault = judge_head(request, settings);
    return fault ? fault->status : http::status::ok;
  }
  /// Whether the bytes of a whole head, and those behind it, are a request that needs no place.
  bool comes_in(const std::string& bytes) const {
    HttpParser parser;
    boost::system::error_code error;
    const auto head = parser.put(boost::asio::buffer(bytes.data(), check_head(bytes).size), error);
    EXPECT_FALSE(error) << bytes;
    return needs_no_place(parser, bytes.size() - head, settings);
  }
  TransportSettings settings{};
};

TEST_F(RequestHead, HasHostOnceInHttp11AndAtMostOnceInHttp10) {
  auto request = make_request("/");
  EXPECT_EQ(judge(request), http::status::ok);
  request.insert(http::field::host, "chat.example");
  EXPECT_EQ(judge(request), http::status::bad_request);
  request.version(10);
  EXPECT_EQ(judge(request), http::status::bad_request);
  request.erase(http::field::host);
  EXPECT_EQ(judge(request), http::status::ok);
  request.version(11);
  EXPECT_EQ(judge(request), http::status::bad_request);
}

TEST_F(RequestHead, HasNoTransferCodingButChunked) {
  EXPECT_EQ(judge(make_request("/", {{"Transfer-Encoding", "chunked"}})), http::status::ok);
  EXPECT_EQ(judge(make_request("/", {{"Transfer-Encoding", " CHUNKED\t"}})), http::status::ok);
  for (const char* value : {"gzip", "identity", "gzip, chunked", "chunked;q=1", "xchunked"}) {
    EXPECT_EQ(judge(make_request("/", {{"Transfer-Encoding", value}})), http::status::not_implemented) << value;
  }
  for (const char* value : {"", ",", "chunked,", ",chunked", "chunked, chunked", "chunked, gzip"}) {
    EXPECT_EQ(judge(make_request("/", {{"Transfer-Encoding", value}})), http::status::bad_request) << value;
  }
  EXPECT_EQ(judge(make_request("/", {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "gzip"}})),
            http::status::bad_request);
  auto old = make_request("/", {{"Transfer-Encoding", "chunked"}});
  old.version(10);
  EXPECT_EQ(judge(old), http::status::bad_request);
}

TEST_F(RequestHead, InAbsoluteFormBecomesAPathAndItsHost) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"http://a/b?c", "a", "/b?c"},
      {"HTTP://a:1", "a:1", "/"},
      {"https://[::1]:2/", "[::1]:2", "/"},
      {"http://a?b=http://c", "a", "/?b=http://c"},
      {"/b?http://c", "chat.example", "/b?http://c"},
  };
  for (const auto& [target, host, path] : cases) {
    auto request = make_request(target);
    EXPECT_FALSE(judge_head(request, settings)) << target;
    EXPECT_EQ(request[http::field::host], host) << target;
    EXPECT_EQ(request.target(), path) << target;
  }
  for (const char* target : {"ftp://a/", "http:///b", "http://me@a/"}) {
    EXPECT_EQ(judge(make_request(target)), http::status::bad_request) << target;
  }
}

TEST_F(RequestHead, IsForAnAllowedHostOrAHealthCheck) {
  settings.allowed_hosts = {"chat.example", "[::1]:8080"};
  EXPECT_EQ(judge(make_request("/")), http::status::ok);
  EXPECT_EQ(judge(make_request("http://Chat.Example:8443/ws")), http::status::ok);
  EXPECT_EQ(judge(make_request("http://[::1]:8080/ws")), http::status::ok);
  for (const char* target : {"http://evil/ws", "http://[::1]/ws", "http://chat.example.evil/", "http://evil/healthy"}) {
    EXPECT_EQ(judge(make_request(target)), http::status::misdirected_request) << target;
  }
  for (const char* target : {"http://10.0.0.1/health", "http://10.0.0.1/ready?x"}) {
    EXPECT_EQ(judge(make_request(target)), http::status::ok) << target;
  }
}

TEST_F(RequestHead, NeedsNoPlaceForAHealthCheckOrAConnectionThatHasOne) {
  settings.secret.set("a secret of the operator");
  const auto token = mint_token(settings.secret.view(), 0);
  for (const auto& target :
       {std::string("/health"), std::string("/ready?x"), "/poll?id=" + token, "/sse?id=" + token}) {
    EXPECT_TRUE(comes_in("GET " + target + " HTTP/1.1\r\n\r\n")) << target;
  }
  for (const auto& target : {std::string("/"), std::string("/poll"), std::string("/poll?id="), "/poll?id=x" + token}) {
    EXPECT_FALSE(comes_in("GET " + target + " HTTP/1.1\r\n\r\n")) << target;
  }
}

TEST_F(RequestHead, NeedsAPlaceToWaitForABody) {
  settings.secret.set("a secret of the operator");
  for (const auto& target : {std::string("/ready"), "/chatHub?id=" + mint_token(settings.secret.view(), 0)}) {
    const std::string line = "POST " + target + " HTTP/1.1\r\nHost: a\r\n";
    EXPECT_FALSE(comes_in(line + "Content-Length: 1\r\n\r\n")) << target;
    EXPECT_FALSE(comes_in(line + "Content-Length: 3\r\n\r\nab")) << target;
    EXPECT_FALSE(comes_in(line + "Transfer-Encoding: chunked\r\n\r\n")) << target;
    EXPECT_TRUE(comes_in(line + "Content-Length: 3\r\n\r\nabc")) << target;
  }
}

TEST_F(RequestHead, ExpectsNothingBut100Continue) {
  auto request = make_request("/", {{"Expect", "100-Continue"}});
  EXPECT_EQ(judge(request), http::status::ok);
  EXPECT_TRUE(expects_continue(request));
  request.version(10);
  EXPECT_EQ(judge(request), http::status::ok);
  EXPECT_FALSE(expects_continue(request));
  EXPECT_EQ(judge(make_request("/", {{"Expect", "tea"}})), http::status::expectation_failed);
}

}  // namespace
}  // namespace chat
