#include "chat/api/api_keys.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

constexpr const char* kTwoKeys = R"({"keys":[
  {"id":"shop","secret":"a secret of shop","scopes":["publish","read"]},
  {"id":"ops-2","secret":"a secret of ops.","scopes":["admin"]}]})";

std::string fault_of(const std::string& text) {
  const auto keys = api_keys_from_text(text, "keys.json");
  EXPECT_FALSE(keys) << text;
  EXPECT_EQ(keys.error().code, ErrorCode::bad_request);
  return keys.error().message;
}

TEST(ApiKeys, HaveTheScopesThatTheFileGives) {
  const auto keys = api_keys_from_text(kTwoKeys, "keys.json");
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_EQ((*keys)->size(), 2U);
  const ApiKey* const shop = (*keys)->find("a secret of shop");
  ASSERT_NE(shop, nullptr);
  EXPECT_EQ(shop->id, "shop");
  EXPECT_TRUE(shop->has(Scope::publish) && shop->has(Scope::read));
  EXPECT_FALSE(shop->has(Scope::admin));
  EXPECT_TRUE((*keys)->find("a secret of ops.")->has(Scope::admin));
}

TEST(ApiKeys, AreFoundByTheWholeSecretOnly) {
  const auto keys = *api_keys_from_text(kTwoKeys, "keys.json");
  for (const auto* secret : {"", "shop", "a secret of sho", "a secret of shop ", "A SECRET OF SHOP"}) {
    EXPECT_EQ(keys->find(secret), nullptr) << secret;
  }
  EXPECT_EQ(ApiKeys().find(""), nullptr);
}

TEST(ApiKeys, OfABadFileAreRefusedWithTheFault) {
  const struct {
    const char *text, *fault;
  } cases[] = {
      {"", "this is not JSON"},
      {"{", "this is not JSON"},
      {"[]", "needs one object {\"keys\":[…]}"},
      {R"({"keys":{}})", "needs one object {\"keys\":[…]}"},
      {R"({"keys":[],"more":1})", "needs one object {\"keys\":[…]}"},
      {R"({"keys":[]})", "there is no key in it"},
      {R"({"keys":[7]})", "key 1 must be an object"},
      {R"({"keys":[{}]})", "key 1 needs an \"id\" of 1 to 30 of a-z 0-9 _ -"},
      {R"({"keys":[{"id":"Shop"}]})", "key 1 needs an \"id\" of 1 to 30 of a-z 0-9 _ -"},
      {R"({"keys":[{"id":"a.b"}]})", "key 1 needs an \"id\" of 1 to 30 of a-z 0-9 _ -"},
      {R"({"keys":[{"id":"a","secret":"short"}]})", "key 1 needs a \"secret\" of 16 to 256 bytes"},
      {R"({"keys":[{"id":"a","secret":"0123456789abcdef"}]})", "key 1 needs \"scopes\""},
      {R"({"keys":[{"id":"a","secret":"0123456789abcdef","scopes":[]}]})", "key 1 needs \"scopes\""},
      {R"({"keys":[{"id":"a","secret":"0123456789abcdef","scopes":["root"]}]})", "key 1 has a scope that is none of"},
      {R"({"keys":[{"id":"a","secret":"0123456789abcdef","scopes":[1]}]})", "key 1 has a scope that is none of"},
      {R"({"keys":[{"id":"a","secret":"0123456789abcdef","scopes":"read"}]})", "not \"scopes\" like this"},
      {R"({"keys":[{"id":1,"secret":"0123456789abcdef","scopes":["read"]}]})", "not \"id\" like this"},
      {R"({"keys":[{"id":"a","secret":"0123456789abcdef","scopes":["read"],"rooms":[]}]})", "not \"rooms\" like this"},
      {R"({"keys":[{"id":"a","secret":"0123456789abcdef","scopes":["read"]},
                   {"id":"a","secret":"0123456789abcdeX","scopes":["read"]}]})",
       "key 2 has the id or the secret of another"},
      {R"({"keys":[{"id":"a","secret":"0123456789abcdef","scopes":["read"]},
                   {"id":"b","secret":"0123456789abcdef","scopes":["read"]}]})",
       "key 2 has the id or the secret of another"},
  };
  for (const auto& [text, fault] : cases) {
    const auto said = fault_of(text);
    EXPECT_TRUE(said.starts_with("keys.json: ") && said.find(fault) != std::string::npos) << text << "\n" << said;
    EXPECT_EQ(said.find("0123456789"), std::string::npos) << "a secret is shown: " << said;
  }
}

TEST(ApiKeys, AreAHundredAtMost) {
  std::string text = R"({"keys":[)";
  for (int i = 0; i < 101; ++i) {
    if (i > 0) text += ',';
    text += R"({"id":"k)" + std::to_string(i) + R"(","secret":"a secret of key )" + std::to_string(i) +
            R"(","scopes":["read"]})";
    if (i == 99) {
      EXPECT_TRUE(api_keys_from_text(text + "]}", "keys.json"));
    }
  }
  EXPECT_NE(fault_of(text + "]}").find("more than 100 keys"), std::string::npos);
}

TEST(ApiKeys, OfAFileThatIsNotThereAreRefused) {
  const auto keys = api_keys_from_file("/nowhere/keys.json");
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().message, "/nowhere/keys.json: cannot be read, or is empty");
}

}  // namespace
}  // namespace chat
