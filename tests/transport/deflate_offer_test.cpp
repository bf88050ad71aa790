#include "transport/websocket/deflate_offer.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

bool is_accepted(const std::string& extensions) {
  HttpRequest request;
  request.set(boost::beast::http::field::sec_websocket_extensions, extensions);
  return offers_deflate(request);
}

TEST(DeflateOffer, IsAcceptedInEveryFormBrowsersMakeIt) {
  EXPECT_TRUE(is_accepted("permessage-deflate"));
  EXPECT_TRUE(is_accepted("permessage-deflate; client_max_window_bits"));
  EXPECT_TRUE(is_accepted("permessage-deflate; client_no_context_takeover; client_max_window_bits=12"));
  EXPECT_TRUE(is_accepted("permessage-deflate; server_no_context_takeover; server_max_window_bits=15"));
}

TEST(DeflateOffer, IsDeclinedWhereItAsksForWhatWeDoNotDo) {
  EXPECT_FALSE(offers_deflate(HttpRequest()));
  for (const char* offer :
       {"x-webkit-deflate-frame", "permessage-deflate; server_max_window_bits=10", "permessage-deflate; unknown",
        "permessage-deflate; client_max_window_bits=16", "permessage-deflate; client_max_window_bits=08",
        "permessage-deflate; client_no_context_takeover=1", "permessage-deflate; server_max_window_bits",
        "permessage-deflate; client_max_window_bits=12; client_max_window_bits=12",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover"}) {
    EXPECT_FALSE(is_accepted(offer)) << offer;
  }
}

TEST(DeflateOffer, IsNotWhatStandsInAQuotedString) {
  EXPECT_FALSE(is_accepted("foo; a=\"x, permessage-deflate, y\""));
  EXPECT_FALSE(is_accepted("foo; a=\"\\\", permessage-deflate, y\""));
  EXPECT_FALSE(is_accepted("foo; a=\"x, permessage-deflate"));
  EXPECT_FALSE(is_accepted("permessage-deflate; a=\"; client_no_context_takeover\""));
  EXPECT_TRUE(is_accepted("foo; a=\"x, y\", permessage-deflate; client_max_window_bits=\"12\""));
}

TEST(DeflateOffer, MayBeTheSecondOne) {
  EXPECT_TRUE(is_accepted("permessage-deflate; server_max_window_bits=10, permessage-deflate; client_max_window_bits"));
  EXPECT_TRUE(is_accepted("permessage-deflate; foo=1, permessage-deflate"));
  EXPECT_TRUE(is_accepted("permessage-bzip2, permessage-deflate; client_max_window_bits"));
}

}  // namespace
}  // namespace chat
