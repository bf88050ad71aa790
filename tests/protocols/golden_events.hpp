#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "chat/core/command.hpp"
#include "chat/core/event.hpp"

/// The events whose bytes are in golden/<protocol>: clients of our protocols depend on them.
namespace chat {

struct Golden {
  const char* file;
  RequestId id;
  Event event;
};

inline void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.file; }

inline std::vector<Golden> golden_events() {
  static const Message kFirst{
      57, SharedBytes(R"({"from":{"id":"u1","name":"Ana"},"text":"Olá","time":1795262400123,"node":"chat-2"})")};
  static const Message kSecond{
      58, SharedBytes(R"({"from":{"id":"u2","name":"Bo"},"data":{"a":1},"time":1795262400124,"node":"chat-1"})")};
  static const Member kAna{{"u1", "Ana \"A\""}, {"chat-1", "chat-2"}};
  static const Member kBo{{"u2", "Bo"}, {}};
  return {
      Golden{"welcome", "1", Welcome{"chat-2", "5e55", {"u1", "Ana"}, "s4nd3r", 10, 20}},
      Golden{"welcome_push", "", Welcome{"chat-2", "5e55", {"u1", "Ana"}, "s4nd3r", 0, 20}},
      Golden{"joined", "2", Joined{"lobby", {"e1", 58}, true, {kFirst, kSecond}, 12}},
      Golden{"joined_rights", "2", Joined{"lobby", {"e1", 0}, false, {}, 1, Rights{Right::join, Right::moderate}}},
      Golden{"joined_empty", "2", Joined{"lobby", {"e1", 0}, false, {}, 1}},
      Golden{"left", "6", Left{"lobby"}},
      Golden{"ack", "3", Ack{"lobby", {"e1", 58}, false}},
      Golden{"ack_duplicate", R"("text id")", Ack{"lobby", {"e1", 0}, true}},
      Golden{"page", "4", Page{"lobby", "e1", {kFirst}, true}},
      Golden{"page_trimmed", "4", Page{"lobby", "e1", {kFirst}, false, 501}},
      Golden{"trace", "9", MessageTrace{"lobby", {"e1", 57}, {R"({"node":"chat-2"})", R"({"node":"chat-1"})"}}},
      Golden{"members", "5", Members{"lobby", 9, {kAna, kBo}, 12}},
      Golden{"result", "8", CallResult{R"({"a":[1,2]})"}},
      Golden{"ask", "", Ask{"ask-7", "Where", R"(["now",1])"}},
      Golden{"node", "7", NodeAnswer{"chat-2", "5e55", "u1"}},
      Golden{"message", "", Published{"lobby", "e1", &kFirst}},
      Golden{"presence", "", PresenceChanged{"lobby", 10, {kAna}, {kBo}, 100}},
      Golden{"presence_many", "", PresenceChanged{"lobby", 11, std::vector<Member>(5, kBo), {kBo}, 101}},
      Golden{"typing", "", Typing{"lobby", {"u1", "Ana"}}},
      Golden{"notice", "", Notice{"", "order.shipped", R"({"order":7})"}},
      Golden{"notice_room", "", Notice{"lobby", "poll", R"(["yes","no"])"}},
      Golden{"caught_up", "", CaughtUp{"lobby", 58}},
      Golden{"rewound", "", Rewound{"lobby", {"e2", 51}}},
      Golden{"reset_trimmed", "", Reset{"lobby", "e1", "trimmed"}},
      Golden{"reset_wiped", "", Reset{"lobby", "e2", "wiped"}},
      Golden{"reconnect", "", Reconnect{Milliseconds(1830)}},
      Golden{"degraded", "", Degraded{false, {}}},
      Golden{"degraded_room", "", Degraded{false, "lobby"}},
      Golden{"error", "3", Failure{ErrorCode::bad_room, "no \"such\" name", {}, 5}},
      Golden{"error_rate_limited", "3", Failure{ErrorCode::rate_limited, "too many", Milliseconds(800), 0}},
      Golden{"error_out_of_sequence", "", Failure{ErrorCode::out_of_sequence, "missing before it", {}, 5}},
  };
}

}  // namespace chat
