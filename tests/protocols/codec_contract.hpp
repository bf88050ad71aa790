#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "chat/codec/codec.hpp"

/// The behaviour of every wire protocol: INSTANTIATE_TEST_SUITE_P(Mine, CodecContract, testing::Values(mine)), with its
/// reader and its bytes for JSON texts beside the codec, since a client of any protocol says the same as chat.v1's
/// objects.
namespace chat {

struct CodecUnderTest {
  const Codec& codec;
  void (*decode)(std::string_view bytes, std::vector<Request>& requests);
  /// The codec's form of an object given as JSON, and back.
  std::string (*pack)(std::string_view json);
  std::string (*unpack)(std::string_view bytes);
};

class CodecContract : public testing::TestWithParam<CodecUnderTest> {
 protected:
  std::vector<Request> decode(std::string_view json) const {
    std::vector<Request> requests;
    GetParam().decode(GetParam().pack(json), requests);
    return requests;
  }
  std::string encode(const RequestId& id, const Event& event) const {
    std::string out;
    GetParam().codec.encode(id, event, out);
    return GetParam().unpack(out);
  }
};

}  // namespace chat
