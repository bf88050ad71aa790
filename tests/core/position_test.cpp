#include "chat/core/position.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

using Kind = ResumeCheck::Kind;

TEST(Position, IsComparedWithALogThroughTheEpochsThatEnded) {
  struct Case {
    const char* what;
    Position held;
    LogState log;
    ResumeCheck expected;
  };
  const Case cases[] = {
      {"at the top", {"e1", 5}, {{"e1", 5}, {}}, {Kind::current, 5}},
      {"below the top", {"e1", 2}, {{"e1", 5}, {}}, {Kind::current, 2}},
      {"before the first", {"e1", 0}, {{"e1", 5}, {}}, {Kind::current, 0}},
      {"an empty log", {"e1", 0}, {{"e1", 0}, {}}, {Kind::current, 0}},
      {"newer than what is known of the log", {"e1", 7}, {{"e1", 5}, {}}, {Kind::current, 7}},
      {"an epoch that survived whole", {"e1", 5}, {{"e2", 5}, {{"e1", 5}}}, {Kind::current, 5}},
      {"below what survived", {"e1", 3}, {{"e2", 9}, {{"e1", 5}}}, {Kind::current, 3}},
      {"above what survived", {"e1", 7}, {{"e2", 9}, {{"e1", 5}}}, {Kind::rewound, 5}},
      {"two epochs ago", {"e1", 5}, {{"e3", 9}, {{"e2", 8}, {"e1", 5}}}, {Kind::current, 5}},
      {"the second end cost more", {"e1", 5}, {{"e3", 9}, {{"e2", 3}, {"e1", 5}}}, {Kind::rewound, 3}},
      {"below both ends", {"e1", 3}, {{"e3", 9}, {{"e2", 3}, {"e1", 5}}}, {Kind::current, 3}},
      {"an epoch nobody remembers", {"e0", 1}, {{"e3", 9}, {{"e2", 8}, {"e1", 5}}}, {Kind::unknown, 0}},
      {"nothing of an epoch nobody remembers", {"e0", 0}, {{"e3", 9}, {}}, {Kind::current, 0}},
      {"from before the room had a log", {"", 0}, {{"e1", 5}, {}}, {Kind::current, 0}},
      {"a room that has no log any more", {"e1", 5}, {{"", 0}, {}}, {Kind::unknown, 0}},
  };
  for (const auto& [what, held, log, expected] : cases) {
    const auto check = compare(held, log);
    EXPECT_EQ(check.kind, expected.kind) << what;
    EXPECT_EQ(check.offset, expected.offset) << what;
  }
}

TEST(Epoch, IsAShortWord) {
  for (const std::string& text : {std::string("baf19856dec1265"), std::string("e_1-A"), std::string(64, 'x')}) {
    EXPECT_TRUE(is_epoch(text)) << text;
  }
  for (const std::string& text : {std::string(), std::string("a b"), std::string("a\n"), std::string("a:1"),
                                  std::string("a\0", 2), std::string("\xff"), std::string(65, 'x')}) {
    EXPECT_FALSE(is_epoch(text)) << text;
  }
}

}  // namespace
}  // namespace chat
