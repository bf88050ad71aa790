#include "chat/transport/polling/connection_request.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

namespace http = boost::beast::http;

TEST(ConnectionRequest, ArrivesAsItWasSent) {
  using Kind = ConnectionRequest::Kind;
  const ConnectionRequest requests[] = {{Kind::send, 0, ""},
                                        {Kind::send, 0, std::string("7\n\0\xff", 4)},
                                        {Kind::poll, ~std::uint64_t{0}, ""},
                                        {Kind::written, 7, ""},
                                        {Kind::end, 0, ""},
                                        {Kind::refresh, 0, "a.b.c"}};
  for (const auto& request : requests) {
    const auto decoded = decode_connection_request(encode(request));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->kind, request.kind);
    EXPECT_EQ(decoded->ack, request.ack);
    EXPECT_EQ(decoded->body, request.body);
  }
}

TEST(ConnectionRequest, IsNothingElse) {
  for (const char* text : {"", "s", "x0\n", "s\n", "s0", "p-1\n", "p18446744073709551616\n", "0\n"}) {
    EXPECT_FALSE(decode_connection_request(text)) << text;
  }
}

TEST(ConnectionAnswer, ArrivesAsItWasGiven) {
  const auto decoded = decode_connection_answer(encode(ConnectionAnswer{http::status::ok, "{}\n", 7}));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->status, http::status::ok);
  EXPECT_EQ(decoded->body, "{}\n");
  EXPECT_EQ(decoded->ack, 7U);
}

TEST(ConnectionAnswer, IsNothingElse) {
  for (const char* text : {"", "200", "200\n", "200\n7", "\n", "ok\n0\n", "0\n0\n", "99999\n0\n"})
    EXPECT_FALSE(decode_connection_answer(text)) << text;
}

}  // namespace
}  // namespace chat
