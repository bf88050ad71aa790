#include <gtest/gtest.h>

#include "protocols/signalr/decoding.hpp"
#include "protocols/signalr/wire.hpp"

namespace chat {
namespace {

TEST(SignalRDecode, RefusesMessagePackThatIsNotWhole) {
  const std::string good = pack_hub_msgpack(R"({"type":"send","room":"lobby","text":"hi","id":1})");
  for (std::size_t size = 1; size < good.size(); ++size) {
    const auto all = decode(signalr_msgpack_codec(), good.substr(0, size));
    ASSERT_EQ(all.size(), 1U) << size;
    EXPECT_EQ(code_of(all[0]), ErrorCode::bad_request);
    std::string cut = good.substr(0, size);
    cut[0] = static_cast<char>(size - 1);  // a length that is right, of a message that is not
    if (size > 1) {
      EXPECT_EQ(code_of(decode(signalr_msgpack_codec(), cut).at(0)), ErrorCode::bad_request) << size;
    }
  }
}

/// An invocation of SendMessage with this as the message, with its length.
std::string send_packed(const std::string& content) {
  const std::string bytes =
      "\x95\x01\x80\xa1"
      "5"
      "\xab"
      "SendMessage"
      "\x92\xa1"
      "A" +
      content;
  std::string out;
  auto size = bytes.size();
  for (; size >= 0x80; size >>= 7) out += static_cast<char>((size & 0x7f) | 0x80);
  return out + static_cast<char>(size) + bytes;
}

TEST(SignalRDecode, CarriesBytesAndTimesOfMessagePackAsText) {
  const auto text = [](const std::string& content) {
    const auto all = decode(signalr_msgpack_codec(), send_packed(content));
    const auto* send = std::get_if<Send>(&all.at(0).command);
    return send == nullptr ? "refused" : send->content.value;
  };
  using namespace std::string_literals;
  EXPECT_EQ(text("\xc4\x03\x00\x01\xff"s), "AAH/");
  EXPECT_EQ(text("\xd6\xff\x00\x00\x00\x00"s), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(text("\xd7\xff\x07\x5b\xcd\x14\x65\x53\xf1\x00"s), "2023-11-14T22:13:20.030864197Z");
  EXPECT_EQ(text("\xd7\xff\x05\xf5\xe1\x00\x65\x53\xf1\x00"s), "2023-11-14T22:13:20.025Z");
  EXPECT_EQ(text("\xc7\x0c\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"s), "1969-12-31T23:59:59.000Z");
  EXPECT_EQ(text("\xc7\x0c\xff\x00\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff"s), "refused");
  EXPECT_EQ(text("\xc7\x0c\xff\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"s), "refused");
  EXPECT_EQ(text("\x91\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"s), "[null]");  // not a number
  EXPECT_EQ(text("\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a"s), "0.1");
  EXPECT_EQ(text("\x92\xd3\xff\xff\xff\xff\xff\xff\xff\xff\xcf\x00\x00\x00\x00\x00\x00\x00\x01"s), "[-1,1]");
}

TEST(SignalRDecode, AnswersMessagePackThatNoMethodCanTakeUnderItsId) {
  const std::string next = pack_hub_msgpack(R"({"type":"node"})");
  for (const std::string& content : {
           std::string("\xa1\xff"),                    // not UTF-8
           std::string("\xa3\xed\xa0\xbd"),            // half of a surrogate pair
           std::string("\xd4\x01\x00", 3),             // an extension
           std::string("\x81\x01\x01"),                // a key that is no text
           std::string("\x82\xa1k\x01\xa1k\x01"),      // a key twice
           std::string(100, '\x91') + '\xc0',          // nested a hundred times
           "\xdc\x02\x58" + std::string(600, '\x01'),  // 600 numbers
           std::string("\xdd\xff\xff\xff\xff"),        // an array of four thousand million
           std::string("\xdb\xff\xff\xff\xff"),        // a text of four gigabytes
           std::string("\xc1"),                        // nothing
           std::string("\xc0\xc0"),                    // something behind it
           std::string(),                              // nothing at all
       }) {
    const auto all = decode(signalr_msgpack_codec(), send_packed(content) + next);
    ASSERT_EQ(all.size(), 2U) << testing::PrintToString(content);
    EXPECT_EQ(all[0].id, "i5") << testing::PrintToString(content);
    EXPECT_EQ(code_of(all[0]), ErrorCode::bad_request);
    EXPECT_TRUE(std::holds_alternative<AskNode>(all[1].command));
  }
}

TEST(SignalRDecode, ReadsOfAMessageThatIsTooLargeOnlyWhoIsToBeAnswered) {
  for (const std::size_t size : {5'000U, 17'000U, 32'000U}) {
    std::string content = "\xda";
    (content += static_cast<char>(size >> 8)) += static_cast<char>(size & 0xff);
    const auto all = decode(signalr_msgpack_codec(), send_packed(content + std::string(size, '\x01')));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].id, "i5");
    EXPECT_EQ(code_of(all[0]), ErrorCode::too_large);
  }
  const auto many = decode(signalr_msgpack_codec(), send_packed("\xdc\x40\x00" + std::string(0x4000, '\xc0')));
  EXPECT_EQ(code_of(many.at(0)), ErrorCode::too_large);
}

TEST(SignalRDecode, TakesNumbersInWhateverSizeMessagePackHasThem) {
  using namespace std::string_literals;
  for (const std::string& type : {"\x01"s, "\xcc\x01"s, "\xd0\x01"s, "\xcd\x00\x01"s, "\xd1\x00\x01"s,
                                  "\xd3\x00\x00\x00\x00\x00\x00\x00\x01"s, "\xcf\x00\x00\x00\x00\x00\x00\x00\x01"s}) {
    const std::string bytes = "\x95" + type +
                              "\x80\xa0\xab"
                              "GetNodeInfo\x90";
    const auto all = decode(signalr_msgpack_codec(), static_cast<char>(bytes.size()) + bytes);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<AskNode>(all[0].command));
    EXPECT_EQ(all[0].id, "") << "an empty id is none";
  }
}

TEST(SignalRDecode, RefusesHostileMessagePack) {
  const auto framed = [](const std::string& bytes) { return static_cast<char>(bytes.size()) + bytes; };
  for (const std::string& bytes : {
           std::string("\x80\x80\x80\x80\x80\x01", 6),                  // a length of six bytes
           std::string("\xff\xff\xff\xff\x0f", 5),                      // of four gigabytes
           std::string("\x00", 1),                                      // of nothing
           framed(std::string(100, '\x91')),                            // nested a hundred times
           framed(std::string("\xdd\xff\xff\xff\xff", 5)),              // an array of four thousand million
           framed(std::string("\xdf\xff\xff\xff\xff", 5)),              // a map of as many
           framed(std::string("\xdb\xff\xff\xff\xff", 5)),              // a text of four gigabytes
           framed(std::string("\x91\x01\x01", 3)),                      // something behind it
           framed(std::string("\x95\x01\x80\xc0\xa1\xff\x90", 7)),      // a target that is not UTF-8
           framed(std::string("\x95\x01\x80\xc0\xd4\x01\x00\x90", 8)),  // an extension
           framed(std::string("\x92\x01\x81\x01\x01", 5)),              // a key that is no text
           framed(std::string("\x92\x01\x82\xa1k\x01\xa1k\x01", 8)),    // a key twice
           framed("\x90"),
           framed("\xc0"),
           framed("\x05"),
           framed("\xa1x"),
           framed("\xc1"),
       }) {
    const auto all = decode(signalr_msgpack_codec(), bytes);
    ASSERT_EQ(all.size(), 1U) << testing::PrintToString(bytes);
    EXPECT_EQ(code_of(all[0]), ErrorCode::bad_request);
  }
}

}  // namespace
}  // namespace chat
