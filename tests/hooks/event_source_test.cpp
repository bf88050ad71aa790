#include "chat/hooks/event_source.hpp"

#include <gmock/gmock.h>

namespace chat {
namespace {

TEST(QueuedEvent, AMessageHasItsRoomAsKeyAndItsAuthorAndContentInTheBody) {
  const auto event = to_queued_event(
      "7-0", {{"event", "message_posted"},
              {"room", "lobby"},
              {"epoch", "e1"},
              {"offset", "12"},
              {"body", R"({"from":{"id":"u1","name":"Ana"},"text":"hi","time":5,"node":"chat-1","seq":1})"}});
  ASSERT_TRUE(event);
  EXPECT_EQ(event->id, "7-0");
  EXPECT_EQ(event->event, HookEvent::message_posted);
  EXPECT_EQ(event->key, "lobby");
  EXPECT_EQ(event->body,
            R"({"event":"message_posted","time":5,"node":"chat-1","user":{"id":"u1","name":"Ana"},"room":"lobby",)"
            R"("content":{"text":"hi"},"epoch":"e1","offset":12})");
}

TEST(QueuedEvent, DataStaysAsItIs) {
  const auto event = to_queued_event("1-0", {{"event", "message_posted"},
                                             {"room", "lobby"},
                                             {"epoch", "e"},
                                             {"offset", "1"},
                                             {"body", R"({"from":{"id":"u","name":"U"},"data":{"a":[1]}})"}});
  ASSERT_TRUE(event);
  EXPECT_THAT(event->body, testing::HasSubstr(R"("content":{"data":{"a":[1]}})"));
}

TEST(QueuedEvent, ASessionHasItsUserAsKey) {
  const auto event = to_queued_event("1-0", {{"event", "disconnected"},
                                             {"time", "5"},
                                             {"node", "chat-1"},
                                             {"session", "s1"},
                                             {"user", "u1 Ana Lee"},
                                             {"reason", "bye"}});
  ASSERT_TRUE(event);
  EXPECT_EQ(event->key, "u1");
  EXPECT_EQ(event->body,
            R"({"event":"disconnected","time":5,"node":"chat-1","session":"s1","user":{"id":"u1","name":"Ana Lee"},)"
            R"("reason":"bye"})");
}

TEST(QueuedEvent, AWrongEntryIsRefusedWithTheReason) {
  const auto fault = [](const EventFields& fields) { return to_queued_event("1-0", fields).error().message; };
  EXPECT_EQ(fault({}), "the field event names no event");
  EXPECT_EQ(fault({{"event", "join"}}), "the field event names no event");
  EXPECT_EQ(fault({{"event", "room_vacated"}}), "the field room is missing");
  EXPECT_EQ(fault({{"event", "connected"}, {"session", "s"}}), "the field user is missing");
  EXPECT_EQ(fault({{"event", "message_posted"}, {"room", "a"}, {"body", "{m}"}}), "the field body is no message");
}

}  // namespace
}  // namespace chat
