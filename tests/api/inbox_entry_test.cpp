#include "api/inbox_entry.hpp"

#include <gmock/gmock.h>

namespace chat {
namespace {

using testing::HasSubstr;

Result<InboxMessage> read(QueueFields fields) { return read_inbox_entry({"17-0", std::move(fields)}); }

TEST(InboxEntry, IsAMessageOfAnApplicationByDefault) {
  const auto message = read({{"room", "lobby"}, {"data", R"({"text":"hi"})"}, {"name", "Shop"}});
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->room, "lobby");
  EXPECT_EQ(message->from, (User{"app.inbox", "Shop"}));
  EXPECT_EQ(message->content.kind, Content::Kind::text);
  EXPECT_EQ(message->content.value, "hi");
  EXPECT_EQ(message->idempotency_key, "inbox:17-0");
  EXPECT_EQ(read({{"room", "lobby"}, {"text", "hi"}})->from.name, "App");
}

TEST(InboxEntry, HasTextOrAnyJson) {
  EXPECT_EQ(read({{"text", "{1}"}, {"room", "lobby"}})->content.value, "{1}");
  for (const char* data : {"1", "null", "[1,2]", R"({"text":1})", R"({"text":"a","b":2})"}) {
    const auto message = read({{"room", "lobby"}, {"data", data}});
    ASSERT_TRUE(message) << data;
    EXPECT_EQ(message->content.kind, Content::Kind::data);
    EXPECT_EQ(message->content.value, data);
  }
  EXPECT_EQ(read({{"room", "lobby"}, {"data", " { \"a\" : 1 } "}})->content.value, R"({"a":1})");
}

TEST(InboxEntry, MayNameItsSenderButNotTakeAnIdThatIsNoUsers) {
  const auto sender = [](const char* user) {
    return read({{"room", "lobby"}, {"text", "hi"}, {"user", user}})->from.id;
  };
  EXPECT_EQ(sender("app.shop"), "app.shop");
  EXPECT_EQ(sender("ana"), "ana");
  EXPECT_EQ(sender("Ana@example.org").size(), 15U) << "derived, as for the subject of a token";
  EXPECT_EQ(sender("app.Ä").size(), 15U);
}

TEST(InboxEntry, TellsItsAuthorWhatIsWrong) {
  const std::string longest(4097, 'x');
  struct Case {
    QueueFields fields;
    const char* reason;
  };
  const Case cases[] = {
      {{}, "\"room\" is missing"},
      {{{"text", "hi"}}, "\"room\" is missing"},
      {{{"room", "lobby"}}, "exactly one"},
      {{{"room", "lobby"}, {"text", "hi"}, {"data", "1"}}, "exactly one"},
      {{{"room", "Lobby!"}, {"text", "hi"}}, "no name of a room"},
      {{{"room", "lobby"}, {"text", "hi"}, {"room", "garden"}}, "\"room\" stands there twice"},
      {{{"room", "lobby"}, {"text", "hi"}, {"colour", "red"}}, "no field \"colour\""},
      {{{"room", "lobby"}, {"text", "hi"}, {"\n", "red"}}, "unprintable"},
      {{{"room", "lobby"}, {"text", ""}}, "is empty"},
      {{{"room", "lobby"}, {"data", R"({"text":""})"}}, "is empty"},
      {{{"room", "lobby"}, {"text", "\xff"}}, "UTF-8"},
      {{{"room", "lobby"}, {"data", "{hi}"}}, "no JSON"},
      {{{"room", "lobby"}, {"data", "[[[[[[[[1]]]]]]]]"}}, "no JSON"},
      {{{"room", "lobby"}, {"data", ""}}, "no JSON"},
      {{{"room", "lobby"}, {"text", longest}}, "this has 4097"},
      {{{"room", "lobby"}, {"text", "hi"}, {"name", ""}}, "name must be"},
      {{{"room", "lobby"}, {"text", "hi"}, {"name", "\x01"}}, "name must be"},
      {{{"room", "lobby"}, {"text", "hi"}, {"user", ""}}, "user must have"},
      {{{"room", "lobby"}, {"text", "hi"}, {"idempotency_key", ""}}, "idempotency_key must have"},
      {{{"room", "lobby"}, {"text", "hi"}, {"idempotency_key", std::string(129, 'k')}}, "idempotency_key must have"},
  };
  for (const auto& [fields, reason] : cases) {
    const auto message = read(fields);
    ASSERT_FALSE(message) << reason;
    EXPECT_THAT(message.error().message, HasSubstr(reason));
  }
  EXPECT_EQ(read_inbox_entry({"17-0", {}, "it is too large"}).error().message, "it is too large");
}

}  // namespace
}  // namespace chat
