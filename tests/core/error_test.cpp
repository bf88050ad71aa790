#include "chat/core/error.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace chat {
namespace {

TEST(ErrorTable, NamesEveryCodeAsTheProtocolDoes) {
  struct Case {
    ErrorCode code;
    const char* text;
    bool temporary;
  };
  constexpr Case cases[] = {
      {ErrorCode::bad_request, "bad_request", false},
      {ErrorCode::unknown_type, "unknown_type", false},
      {ErrorCode::bad_room, "bad_room", false},
      {ErrorCode::not_joined, "not_joined", false},
      {ErrorCode::too_many_rooms, "too_many_rooms", false},
      {ErrorCode::too_large, "too_large", false},
      {ErrorCode::rate_limited, "rate_limited", true},
      {ErrorCode::busy, "busy", true},
      {ErrorCode::unavailable, "unavailable", true},
      {ErrorCode::out_of_sequence, "out_of_sequence", false},
      {ErrorCode::not_found, "not_found", false},
      {ErrorCode::unauthorized, "unauthorized", false},
      {ErrorCode::forbidden, "forbidden", false},
      {ErrorCode::internal, "internal", true},
  };
  for (const auto& [code, text, temporary] : cases) {
    EXPECT_EQ(to_text(code), text);
    EXPECT_EQ(is_temporary(code), temporary) << text;
  }
}

TEST(Result, ThrowsItsFailureWhenTheValueIsTakenAnyway) {
  const Result<int> failed = Failure{ErrorCode::busy, "come back"};
  EXPECT_THROW(
      {
        try {
          (void)failed.value();
        } catch (const std::runtime_error& error) {
          EXPECT_STREQ(error.what(), "busy: come back");
          throw;
        }
      },
      std::runtime_error);
}

}  // namespace
}  // namespace chat
