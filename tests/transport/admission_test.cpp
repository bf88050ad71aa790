#include "chat/transport/admission.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace chat {
namespace {

boost::asio::ip::address address(const char* text) { return boost::asio::ip::make_address(text); }

bool contains(const std::vector<std::string>& ranges, const char* text) {
  return AddressRanges::parse(ranges)->contains(address(text));
}

TEST(AddressRanges, ContainWhatTheyName) {
  EXPECT_TRUE(contains({"10.0.0.0/8"}, "10.255.0.1"));
  EXPECT_FALSE(contains({"10.0.0.0/8"}, "11.0.0.1"));
  EXPECT_TRUE(contains({"10.1.2.3/8"}, "10.9.9.9"));
  EXPECT_TRUE(contains({"192.168.1.7"}, "192.168.1.7"));
  EXPECT_FALSE(contains({"192.168.1.7"}, "192.168.1.8"));
  EXPECT_TRUE(contains({"0.0.0.0/0"}, "203.0.113.9"));
  EXPECT_FALSE(contains({"0.0.0.0/0"}, "::1"));
  EXPECT_TRUE(contains({"fd00::/8", "::1"}, "fd12::5"));
  EXPECT_TRUE(contains({"fd00::/8", "::1"}, "::1"));
  EXPECT_FALSE(contains({"fd00::/8", "::1"}, "fe80::1"));
  EXPECT_TRUE(contains({"127.0.0.0/8"}, "::ffff:127.0.0.1"));
  EXPECT_FALSE(contains({}, "127.0.0.1"));
}

TEST(AddressRanges, AreRefusedWithASentenceWhereTheyAreNone) {
  for (const char* range : {"", "x", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/8/8", "fd00::/129",
                            "10.0.0.0/-1", "10.0.0.0/8 ", "localhost"}) {
    const auto parsed = AddressRanges::parse({range});
    ASSERT_FALSE(parsed) << range;
    EXPECT_NE(parsed.error().message.find(range), std::string::npos);
  }
}

TEST(ClientAddress, IsTheRightMostOneThatIsNoTrustedProxy) {
  const auto trusted = *AddressRanges::parse({"10.0.0.0/8", "fd00::/8"});
  std::string long_chain;
  for (int i = 0; i < 100; ++i) long_chain += "203.0.113.1, ";
  const std::tuple<const char*, std::string, const char*> cases[] = {
      {"198.51.100.7", "", "198.51.100.7"},
      {"198.51.100.7", "203.0.113.9", "198.51.100.7"},  // who is not trusted is not believed
      {"10.0.0.1", "", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.9", "203.0.113.9"},
      {"10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"},
      {"10.0.0.1", "1.1.1.1,203.0.113.9 , 10.0.0.2", "203.0.113.9"},
      {"10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
      {"10.0.0.1", "2001:db8::5", "2001:db8::5"},
      {"fd00::1", "203.0.113.9", "203.0.113.9"},
      {"::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"},
      {"10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"},
      {"10.0.0.1", "junk", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.9, junk", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.9,", "10.0.0.1"},
      {"10.0.0.1", ",,,", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.9:4711", "10.0.0.1"},
      {"10.0.0.1", long_chain + "198.51.100.1", "198.51.100.1"},
  };
  for (const auto& [peer, forwarded, client] : cases) {
    EXPECT_EQ(client_address(address(peer), forwarded, trusted), address(client)) << peer << " for " << forwarded;
  }
}

TEST(Admission, GivesSoManyPlacesToOneAddress) {
  std::atomic<std::uint32_t> total{0};
  Admission admission({0, 2}, 1, total);
  auto first = admission.admit(address("10.0.0.1")), second = admission.admit(address("10.0.0.1"));
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(admission.admit(address("10.0.0.1")));
  EXPECT_TRUE(admission.admit(address("10.0.0.2")));
  EXPECT_EQ(total, 2U);
  second = {};
  EXPECT_TRUE(admission.admit(address("10.0.0.1")));
}

TEST(Admission, TakesANetworkOfIpv6ForOneAddress) {
  std::atomic<std::uint32_t> total{0};
  Admission admission({0, 1}, 1, total);
  const auto place = admission.admit(address("2001:db8:1:2::1"));
  EXPECT_FALSE(admission.admit(address("2001:db8:1:2:ffff::9")));
  EXPECT_TRUE(admission.admit(address("2001:db8:1:3::1")));
}

TEST(Admission, GivesSoManyPlacesInAllOverAllShards) {
  std::atomic<std::uint32_t> total{0};
  Admission one({3, 0}, 2, total), other({3, 0}, 2, total);
  std::vector<Admission::Place> places;
  for (const char* peer : {"10.0.0.1", "10.0.0.2"}) places.push_back(one.admit(address(peer)));
  places.push_back(other.admit(address("10.0.0.3")));
  EXPECT_FALSE(one.admit(address("10.0.0.4")));
  EXPECT_FALSE(other.admit(address("10.0.0.4")));
  places.clear();
  EXPECT_EQ(total, 0U);
  EXPECT_TRUE(other.admit(address("10.0.0.4")));
}

TEST(Admission, SharesWhatOneAddressMayHaveOverTheShards) {
  std::atomic<std::uint32_t> total{0};
  Admission shard({0, 5}, 2, total);
  std::vector<Admission::Place> places;
  for (int i = 0; i < 3; ++i) places.push_back(shard.admit(address("10.0.0.1")));
  EXPECT_TRUE(places.back());
  EXPECT_FALSE(shard.admit(address("10.0.0.1")));
}

TEST(Admission, KnowsNoLimitAtZero) {
  std::atomic<std::uint32_t> total{0};
  Admission admission({0, 0}, 4, total);
  std::vector<Admission::Place> places;
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(places.emplace_back(admission.admit(address("10.0.0.1"))));
}

}  // namespace
}  // namespace chat
