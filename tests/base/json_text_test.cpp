#include "chat/base/json_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace chat {
namespace {

using namespace std::string_view_literals;

std::string quoted(std::string_view text) {
  std::string out = "before ";
  append_json_string(out, text);
  return out.substr(7);
}

TEST(JsonText, QuotesAndEscapes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {R"(a"b)", R"("a\"b")"},
      {R"(a\b)", R"("a\\b")"},
      {"a/b", R"("a/b")"},
      {"\n\r\t", R"("\n\r\t")"},
      {"\0\x01\x1f"sv, R"("\u0000\u0001\u001f")"},
      {"\x7f", "\"\x7f\""},
      {"Olá 世界 😀", R"("Olá 世界 😀")"},
      {"\"start and end\"", R"("\"start and end\"")"},
      {"</script>", R"("</script>")"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(quoted(text), expected);
}

TEST(JsonText, FindsWhatMustBeEscapedWhereverItStands) {
  for (std::size_t size = 0; size <= 20; ++size) {
    EXPECT_EQ(plain_json_size(std::string(size, 'a')), size);
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'a');
        text[at] = static_cast<char>(byte);
        const bool plain = byte >= 0x20 && byte != '"' && byte != '\\';
        ASSERT_EQ(plain_json_size(text), plain ? size : at) << "byte " << byte << " at " << at << " of " << size;
      }
    }
  }
}

TEST(JsonText, WritesWholeNumbers) {
  std::string out;
  append_number(out, 0);
  out += ' ';
  append_number(out, std::numeric_limits<std::int64_t>::min());
  out += ' ';
  append_number(out, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(out, "0 -9223372036854775808 18446744073709551615");
}

}  // namespace
}  // namespace chat
