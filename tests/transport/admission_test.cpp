#include "chat/transport/admission.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

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
      {"198.51.100.7", "203.0.113.9", "198.51.100.7"},  // an untrusted proxy is not believed
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
  Admission admission({0, 2});
  auto first = admission.admit(address("10.0.0.1")), second = admission.admit(address("10.0.0.1"));
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(admission.admit(address("10.0.0.1")));
  second = {};
  EXPECT_TRUE(admission.admit(address("10.0.0.1")));
}

TEST(Admission, TakesANetworkOfIpv6ForOneAddress) {
  Admission admission({0, 1});
  const auto place = admission.admit(address("2001:db8:1:2::1"));
  EXPECT_FALSE(admission.admit(address("2001:db8:1:2:ffff::9")));
}

TEST(Admission, GivesSoManyPlacesInAll) {
  Admission admission({3, 0});
  std::vector<Admission::Permit> places;
  for (const char* peer : {"10.0.0.1", "10.0.0.2", "10.0.0.3"}) places.push_back(admission.admit(address(peer)));
  EXPECT_TRUE(places.back());
  EXPECT_FALSE(admission.admit(address("10.0.0.4")));
  places.clear();
  EXPECT_TRUE(admission.admit(address("10.0.0.4")));
}

TEST(Admission, CountsNobodyItRefuses) {
  Admission admission({2, 1});
  const auto place = admission.admit(address("10.0.0.1"));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(admission.admit(address("10.0.0.1")));
  // Another address may by chance share the first one's place in the table; one of these does not.
  std::vector<Admission::Permit> others;
  for (const char* peer : {"10.0.0.2", "10.0.0.3", "10.0.0.4"}) others.push_back(admission.admit(address(peer)));
  EXPECT_EQ(std::count_if(others.begin(), others.end(), [](const auto& other) { return bool(other); }), 1);
}

TEST(Admission, MovesAPlaceToAnAddressThatMayHaveIt) {
  Admission admission({2, 1});
  auto moved = admission.admit(address("10.0.0.1"));
  const auto other = admission.admit(address("10.0.0.2"));
  EXPECT_TRUE(admission.move(moved, address("10.0.0.1"))) << "where it is already";
  EXPECT_FALSE(admission.move(moved, address("10.0.0.2")));
  EXPECT_EQ(moved.address(), address_key(address("10.0.0.1")));
  EXPECT_TRUE(admission.move(moved, address("10.0.0.5"))) << "although the node is full";
  EXPECT_EQ(moved.address(), address_key(address("10.0.0.5")));
  moved = {};
  EXPECT_TRUE(admission.admit(address("10.0.0.1")));
}

TEST(Admission, IsExactHoweverManyThreadsAsk) {
  Admission admission({0, 100});
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  std::vector<std::vector<Admission::Permit>> places(4);
  for (auto& kept : places) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        auto place = admission.admit(address("10.0.0.1"));
        if (!place) continue;
        ++admitted;
        kept.push_back(std::move(place));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(admitted, 100);
}

TEST(Admission, KnowsNoLimitAtZero) {
  Admission admission({0, 0});
  std::vector<Admission::Permit> places;
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(places.emplace_back(admission.admit(address("10.0.0.1"))));
}

}  // namespace
}  // namespace chat
