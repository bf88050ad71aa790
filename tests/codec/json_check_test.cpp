#include "chat/codec/json/json_check.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "chat/codec/json/json_view.hpp"

namespace chat {
namespace {

using nlohmann::json;

bool is_about_syntax(const std::string& fault) { return fault.starts_with("not "); }

TEST(JsonCheck, NamesTheByteWhereATextStopsBeingJson) {
  EXPECT_EQ(validate_json(R"({"a":1,})"), "not JSON, or not as far as byte 8");
  EXPECT_EQ(validate_json("\xff"), "not UTF-8");
  EXPECT_EQ(validate_json(" {\"a\" : [ 1 , \"x\" ] } \n"), std::nullopt);
}

TEST(JsonCheck, FindsATwinAmongManyMembersToo) {
  std::string object = "{\"twin\":0";
  for (int i = 0; i < 100; ++i) object += ",\"member " + std::to_string(i) + "\":0";
  EXPECT_EQ(validate_json(object + "}"), std::nullopt);
  EXPECT_EQ(validate_json(object + ",\"twin\":0}"), "a member stands twice in one object");
}

TEST(JsonCheck, RefusesANameThatEndsClientsInJavaScript) {
  for (const char* text : {R"({"__proto__":1})", R"({"a":[{"__proto__":null}]})", R"({"\u005f_proto__":1})"}) {
    EXPECT_EQ(validate_json(text), "a member is named __proto__, which clients in JavaScript refuse") << text;
  }
  EXPECT_EQ(validate_json(R"({"proto":"__proto__"})"), std::nullopt);
}

TEST(JsonCheck, AllowsOneNameInObjectsWithinEachOther) {
  EXPECT_EQ(validate_json(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})"), std::nullopt);
}

TEST(JsonCheck, SaysWhetherATextThatIsRefusedCanBeReadNevertheless) {
  for (const char* text : {R"(["\ud83d"])", R"(["\ud83d\ud83d\ude00"])", R"(["\ude00"])", "[[[[[[[[[[{}]]]]]]]]]]",
                           "[1e999]", "[\"\xff\"]", R"([{"a":1,"a":"]"}])"}) {
    EXPECT_TRUE(check_json(text).value().is_readable) << text;
    JsonView(text).for_each_item([](JsonView item) {
      if (item.is(JsonView::Kind::text)) item.text();
    });
  }
  for (const char* text :
       {"", "[", "[[[[[[[[[[[[", R"(["\ud83d])", R"(["\ud83d\u"])", "[[[[[[[[[[[[\"]]]]]]]]]]]]", "[1e999"}) {
    EXPECT_FALSE(check_json(text).value().is_readable) << text;
  }
}

TEST(JsonView, ReadsTextsWithoutTheirEscapes) {
  EXPECT_EQ(JsonView(R"("a\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00z")").text(), "a\"\\/\b\f\n\r\té€😀z");
  EXPECT_TRUE(JsonView(R"("t\u0079pe")").equals("type"));
  EXPECT_FALSE(JsonView("1").equals("1"));
}

TEST(JsonView, TakesWhiteSpaceOutBetweenPartsButNotOutOfTexts) {
  EXPECT_EQ(JsonView(" { \"a b\" : [ 1 ,\n2 , \" \\\" \" ] } ").compact(), R"({"a b":[1,2," \" "]})");
}

/// Texts that are nearly JSON: mutations of good ones, from a seed.
class NearlyJson : public testing::TestWithParam<unsigned> {};

TEST_P(NearlyJson, IsJudgedAndReadAsNlohmannDoes) {
  const std::string good[] = {
      R"({"type":"send","id":17,"room":"lobby","seq":3,"text":"h\u00e9 \"there\" 😀"})",
      R"([{"type":"join","cursor":{"epoch":"e1","offset":41},"history":0},{"a":[[],{},[1.5e3,-0.25,null]]}])",
      R"( { "data" : [ true , false , { "deep" : "\ud83d\ude00\\" } ] , "x" : -12 } )",
  };
  constexpr std::string_view kBytes = "{}[]\",:\\ eE+-.0123456789ntu\n\tab\xC3\xA9";
  std::mt19937 random(GetParam());
  const auto below = [&random](std::size_t limit) { return random() % limit; };
  for (int i = 0; i < 4000; ++i) {
    std::string text = good[below(std::size(good))];
    for (std::size_t changes = below(4); changes > 0 && !text.empty(); --changes) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text.erase(at, 1 + below(3));
          break;
        case 1:
          text.insert(at, 1, kBytes[below(kBytes.size())]);
          break;
        case 2:
          text[at] = kBytes[below(kBytes.size())];
          break;
        default:
          text.insert(at, text.substr(below(text.size()), below(8)));
      }
    }
    const auto fault = validate_json(text);
    if (fault && !is_about_syntax(*fault)) continue;
    ASSERT_EQ(!fault, json::accept(text)) << text << ": " << fault.value_or("no fault");
    if (!fault) {
      EXPECT_EQ(json::parse(JsonView(text).compact()), json::parse(text)) << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, NearlyJson, testing::Range(1U, 9U));

}  // namespace
}  // namespace chat
