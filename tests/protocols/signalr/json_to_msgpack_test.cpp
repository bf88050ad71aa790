#include "protocols/signalr/json_to_msgpack.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "chat/base/digest.hpp"

namespace chat {
namespace {

using nlohmann::json;

std::string packed(std::string_view text) {
  std::string out;
  append_msgpack_of_json(out, text);
  return to_hex(out);
}

/// The MessagePack of a document of it, its members in the order of their names.
std::string packed_document(const std::string& text) {
  const auto bytes = json::to_msgpack(json::parse(text));
  return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string text_of_size(std::size_t size) { return '"' + std::string(size, 'x') + '"'; }

std::string array_of(std::size_t count) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "0" : ",0";
  return out + ']';
}

std::string object_of(std::size_t count) {
  std::string out = "{";
  for (std::size_t i = 0; i < count; ++i)
    out += (i == 0 ? "\"k" : ",\"k") + std::to_string(i * 7919 % 100'003) + "\":0";
  return out + '}';
}

TEST(JsonToMsgpack, WritesEachValueInItsSmallestForm) {
  for (const char* text : {"null",
                           "true",
                           "false",
                           "0",
                           "-0",
                           "127",
                           "128",
                           "255",
                           "256",
                           "65535",
                           "65536",
                           "4294967295",
                           "4294967296",
                           "18446744073709551615",
                           "18446744073709551616",
                           "-1",
                           "-32",
                           "-33",
                           "-128",
                           "-129",
                           "-32768",
                           "-32769",
                           "-2147483648",
                           "-2147483649",
                           "-9223372036854775808",
                           "-9223372036854775809",
                           "1.5",
                           "0.1",
                           "-0.0",
                           "1e3",
                           "1E+300",
                           "3.5e38",
                           "-12.25e-3",
                           "\"\"",
                           "[]",
                           "{}"}) {
    EXPECT_EQ(packed(text), packed_document(text)) << text;
  }
  for (const std::size_t size : {1U, 15U, 16U, 31U, 32U, 255U, 256U, 65'535U, 65'536U}) {
    EXPECT_EQ(packed(text_of_size(size)), packed_document(text_of_size(size))) << size;
    EXPECT_EQ(packed(array_of(size)), packed_document(array_of(size))) << size;
    EXPECT_EQ(packed(object_of(size)), packed_document(object_of(size))) << size;
  }
}

TEST(JsonToMsgpack, ReadsEscapesAndWhiteSpace) {
  for (const char* text :
       {R"("a\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00z")", R"({"t\u0079pe":"é😀","a\"b":1})",
        " { \"b\" : [ 1 ,\n2 , { } , [ ] ] ,\t\"a\" : \"\\u0001\" } ", R"({"a":{"c":[{"z":1,"y":2}],"b":0}})"}) {
    EXPECT_EQ(packed(text), packed_document(text)) << text;
  }
}

TEST(JsonToMsgpack, TakesTheLastOfTwoMembersWithOneName) {
  EXPECT_EQ(packed(R"({"b":1,"a":2,"b":3})"), packed_document(R"({"a":2,"b":3})"));
  EXPECT_EQ(packed(R"({"a":1,"\u0061":2})"), packed_document(R"({"a":2})"));
}

}  // namespace
}  // namespace chat
