#include "chat/base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace chat {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kGood[] = {
    ""sv,
    "plain ASCII, more than eight bytes"sv,
    "\0"sv,
    "\x7f"sv,
    "\xC2\x80"sv,          // U+0080
    "\xDF\xBF"sv,          // U+07FF
    "\xE0\xA0\x80"sv,      // U+0800
    "\xED\x9F\xBF"sv,      // U+D7FF, the last before the surrogates
    "\xEE\x80\x80"sv,      // U+E000, the first behind them
    "\xEF\xBF\xBF"sv,      // U+FFFF
    "\xF0\x90\x80\x80"sv,  // U+10000
    "\xF4\x8F\xBF\xBF"sv,  // U+10FFFF
    "Olá, 世界 😀, \xCE\xBA\xE1\xBD\xB9"sv,
};

constexpr std::string_view kBad[] = {
    "\x80"sv,  // a continuation of nothing
    "\xBF"sv,
    "\xC0\x80"sv,  // longer than needed
    "\xC1\xBF"sv,
    "\xE0\x9F\xBF"sv,
    "\xF0\x8F\xBF\xBF"sv,
    "\xED\xA0\x80"sv,  // surrogates
    "\xED\xBF\xBF"sv,
    "\xF4\x90\x80\x80"sv,  // above U+10FFFF
    "\xF5\x80\x80\x80"sv,
    "\xFE"sv,
    "\xFF"sv,
    "\xC2"sv,  // cut short
    "\xE1\x80"sv,
    "\xF1\x80\x80"sv,
    "\xC2\x41"sv,  // interrupted
    "\xE1\x80\x41"sv,
    "\xF1\x80\x80\xC2"sv,
    "12345678\xC2"sv,
    "1234567\xFF"
    "89012345"sv,
};

TEST(Utf8Validator, AcceptsEveryFormOfACodePoint) {
  for (const auto text : kGood) EXPECT_TRUE(is_utf8(text)) << text;
}

TEST(Utf8Validator, RefusesEveryFormThatIsNone) {
  for (const auto text : kBad) EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(std::string(text));
}

TEST(Utf8Validator, JudgesTheSameWhereverTheTextIsSplit) {
  const auto judge = [](std::string_view head, std::string_view tail) {
    Utf8Validator validator;
    return validator.feed(head) && validator.feed(tail) && validator.complete();
  };
  for (std::size_t split = 0; split < 40; ++split) {
    for (const auto text : kGood) {
      if (split > text.size()) continue;
      EXPECT_TRUE(judge(text.substr(0, split), text.substr(split))) << text << " at " << split;
    }
    for (const auto text : kBad) {
      if (split > text.size()) continue;
      EXPECT_FALSE(judge(text.substr(0, split), text.substr(split))) << split;
    }
  }
}

TEST(Utf8Validator, FailsAtTheFirstByteThatCannotBegin) {
  Utf8Validator validator;
  EXPECT_TRUE(validator.feed("\xF4"));
  EXPECT_FALSE(validator.complete());
  EXPECT_FALSE(validator.feed("\x90"));
}

TEST(Utf8Validator, FindsBadBytesAtEveryPlaceOfALongText) {
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, 'x');
    EXPECT_TRUE(is_utf8(text));
    text[at] = '\xFF';
    EXPECT_FALSE(is_utf8(text)) << at;
  }
}

TEST(PrintableAscii, EndsAtAnyControlCharacterOrByteBeyondAsciiWhereverItStands) {
  for (const std::size_t size : {1UL, 15UL, 16UL, 17UL, 40UL, 64UL}) {
    std::string text(size, ' ');
    EXPECT_TRUE(is_printable_ascii(text)) << size;
    for (std::size_t at = 0; at < size; ++at) {
      for (const char bad : {'\0', '\n', '\x1f', '\x80', '\xff'}) {
        text[at] = bad;
        EXPECT_FALSE(is_printable_ascii(text)) << size << ' ' << at;
      }
      text[at] = '~';
    }
    EXPECT_TRUE(is_printable_ascii(text)) << size;
  }
  EXPECT_TRUE(is_printable_ascii(""));
}

}  // namespace
}  // namespace chat
