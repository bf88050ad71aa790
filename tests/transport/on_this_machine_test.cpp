#include "chat/transport/http/on_this_machine.hpp"

#include <gtest/gtest.h>

#include "transport/request.hpp"

namespace chat {
namespace {

bool is_here(const char* client, const char* host, Headers headers = {}) {
  auto request = make_request("/ws", headers);
  request.set(boost::beast::http::field::host, host);
  return is_on_this_machine(request, boost::asio::ip::make_address(client));
}

TEST(OnThisMachine, IsAClientWithALoopbackAddressAndALoopbackName) {
  for (const char* client : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_here(client, "localhost:8080")) << client;
  }
  for (const char* host : {"localhost", "127.0.0.1:9000", "[::1]:9000"})
    EXPECT_TRUE(is_here("127.0.0.1", host)) << host;
  for (const char* client : {"10.0.0.1", "203.0.113.5", "::2", "::ffff:10.0.0.1"}) {
    EXPECT_FALSE(is_here(client, "localhost")) << client;
  }
}

TEST(OnThisMachine, IsNoPageOfAnotherSiteWhoseNameLeadsHere) {
  for (const char* host :
       {"chat.example", "localhost.chat.example", "127.0.0.1.chat.example:80", "", "[::1", "10.0.0.1"}) {
    EXPECT_FALSE(is_here("127.0.0.1", host)) << host;
  }
}

TEST(OnThisMachine, IsNoClientOfAProxyThatRunsHere) {
  EXPECT_TRUE(is_here("127.0.0.1", "localhost", {{"X-Forwarded-For", "127.0.0.1"}}));
  EXPECT_TRUE(is_here("127.0.0.1", "localhost", {{"X-Forwarded-For", "127.0.0.1, ::1"}}));
  for (const char* hops : {"203.0.113.5", "203.0.113.5, 127.0.0.1", "127.0.0.1, 203.0.113.5", "unknown", "", ","}) {
    EXPECT_FALSE(is_here("127.0.0.1", "localhost", {{"X-Forwarded-For", hops}})) << hops;
  }
  EXPECT_FALSE(
      is_here("127.0.0.1", "localhost", {{"X-Forwarded-For", "127.0.0.1"}, {"X-Forwarded-For", "203.0.113.5"}}));
  EXPECT_TRUE(is_here("127.0.0.1", "localhost", {{"X-Real-IP", "127.0.0.1"}}));
  EXPECT_FALSE(is_here("127.0.0.1", "localhost", {{"X-Real-IP", "203.0.113.5"}}));
  EXPECT_FALSE(is_here("127.0.0.1", "localhost", {{"Forwarded", "for=127.0.0.1"}})) << "it has too many forms";
}

TEST(OnThisMachine, IsNoPageOfAnotherOrigin) {
  EXPECT_TRUE(is_here("127.0.0.1", "localhost:8080", {{"Origin", "http://localhost:8080"}}));
  for (const char* origin : {"https://app.example.org", "http://localhost:9000", "null"}) {
    EXPECT_FALSE(is_here("127.0.0.1", "localhost:8080", {{"Origin", origin}})) << origin;
  }
}

}  // namespace
}  // namespace chat
