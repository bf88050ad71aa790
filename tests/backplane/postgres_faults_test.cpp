#include <algorithm>

#include "backplane/postgres_source.hpp"
#include "chat/base/log.hpp"
#include "chat/core/position.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PostgresFaultsTest : public PostgresTest {
 protected:
  void break_connections() {
    server().execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'chat'");
  }
  bool have_noticed() {
    return run_until(loop, [&] {
      const auto is_over = [](const auto& sink) { return sink.availability.size() > 2 && sink.is_available(); };
      return is_over(a.sink) && is_over(b.sink);
    });
  }
  /// As a client does: again, until there is an answer.
  template <class Call>
  auto surely(Call call) {
    for (int attempt = 0;; ++attempt) {
      const auto outcome = call();
      if (outcome || outcome.error().code != ErrorCode::unavailable || attempt == 500) return outcome;
      run_until(loop, [] { return false; }, Milliseconds(10));
    }
  }
};

TEST_F(PostgresFaultsTest, BrokenConnectionsLoseAndDoubleNothing) {
  ASSERT_TRUE(b.subscribe("lobby"));
  for (std::uint64_t seq = 1; seq <= 150; ++seq) {
    if (seq % 50 == 25) break_connections();
    auto& peer = seq % 2 == 0 ? a : b;
    ASSERT_TRUE(surely([&] { return peer.append("lobby", '{' + std::to_string(seq) + '}', "sender", seq); }));
  }
  ASSERT_TRUE(run_until(loop, [&] { return b.sink.published.size() >= 150; }));
  std::vector<std::string> expected;
  for (int i = 1; i <= 150; ++i) expected.push_back('{' + std::to_string(i) + '}');
  EXPECT_EQ(b.sink.bodies_of("lobby"), expected);
  const auto history = surely([&] { return a.history("lobby", kAll); });
  ASSERT_TRUE(history);
  EXPECT_EQ(history->size(), 150U);
}

TEST_F(PostgresFaultsTest, ARoomThatAnotherTransactionHoldsLetsTheOthersGoOn) {
  ASSERT_TRUE(a.append("held", "{1}"));
  auto session = server().connect();
  session.execute("set search_path = " + source.schema + "; begin; select from room where name = 'held' for update");
  std::optional<Result<Appended>> held, other;
  a.backplane().append({"held", "", 0, "{2}"}, [&](const auto& outcome) { held = outcome; });
  a.backplane().append({"other", "", 0, "{1}"}, [&](const auto& outcome) { other = outcome; });
  ASSERT_TRUE(run_until(loop, [&] { return held && other; }));
  EXPECT_TRUE(*other);
  ASSERT_FALSE(*held);
  EXPECT_EQ(held->error().code, ErrorCode::unavailable);
  session.execute("commit");
  EXPECT_EQ(a.append("held", "{2}")->position.offset, 2U);
  EXPECT_EQ(a.append("held", "{3}")->position.epoch, a.state("held")->top.epoch);
}

/// The queue has one row: a call that held it and waited for a room would wait in a circle with another node's.
TEST_F(PostgresFaultsTest, HoldsTheQueueOfEventsOnlyWhenItHasAllItsRooms) {
  a.events().enable([](std::string_view) { return true; }, 100);
  ASSERT_TRUE(a.append("b", "{1}"));
  auto session = server().connect();
  session.execute("set search_path = " + source.schema + "; begin; select from room where name = 'b' for update");
  std::optional<Result<Appended>> in_a, in_b;
  a.backplane().append({"a", "", 0, "{1}"}, [&](const auto& outcome) { in_a = outcome; });
  a.backplane().append({"b", "", 0, "{2}"}, [&](const auto& outcome) { in_b = outcome; });
  const auto waits = "select count(*) from pg_stat_activity where usename = 'chat' and wait_event_type = 'Lock'";
  ASSERT_TRUE(run_until(loop, [&] { return execute(waits) != std::vector<std::string>{"0"}; }));
  EXPECT_NO_THROW(execute("begin; select from queue where name = 'hooks' for update nowait; rollback"));
  session.execute("rollback");
  ASSERT_TRUE(run_until(loop, [&] { return in_a && in_b; }));
  EXPECT_TRUE(*in_a);
}

TEST_F(PostgresFaultsTest, TheSettingsOfASessionChangeNoLifeOfTheServer) {
  EXPECT_EQ(execute("select chat_life()"),
            execute("set timezone = 'Asia/Tokyo'; set datestyle = 'German'; select chat_life()"));
}

/// As pg_dump and pg_restore do, which keep the mark in its unlogged table.
TEST_F(PostgresFaultsTest, ARestoredLogBeginsAnotherLifeOfTheServer) {
  const auto before = execute("select chat_life()");
  execute("create table restored (like log including all); drop table log; alter table restored rename to log");
  EXPECT_NE(execute("select chat_life()"), before);
}

TEST_F(PostgresFaultsTest, AfterARestartOfTheServerTheLogGoesOnInANewEpoch) {
  ASSERT_TRUE(b.subscribe("lobby"));
  const auto before = a.append("lobby", "{1}")->position;
  server().execute("checkpoint");
  server().kill();
  ASSERT_TRUE(run_until(loop, [&] { return !a.sink.is_available() && !b.sink.is_available(); }));
  EXPECT_EQ(a.append("lobby", "{2}").error().code, ErrorCode::unavailable);
  server().start();
  ASSERT_TRUE(are_available());
  const auto after = a.append("lobby", "{2}");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->position.offset, 2U);
  EXPECT_NE(after->position.epoch, before.epoch);
  EXPECT_THAT(b.state("lobby")->ended, ElementsAre(EpochEnd{before.epoch, 1}));
  EXPECT_TRUE(b.received(2));
  EXPECT_EQ(compare(before, *b.state("lobby")).kind, ResumeCheck::Kind::current);
}

/// As if the tail of the log had never reached the disk.
TEST_F(PostgresFaultsTest, AppendsAgainWhatTheServerHasLostAndTellsReadersOfTheRest) {
  ASSERT_TRUE(a.append("lobby", "{1}", "sender", 1));
  const auto lost = a.append("lobby", "{2}", "sender", 2)->position;
  execute(
      "update room set top = 1; delete from log where place > 1; update sender set seq = 1, place = 1; delete from "
      "mark");
  break_connections();
  ASSERT_TRUE(have_noticed());
  const auto check = compare(lost, *b.state("lobby"));
  EXPECT_EQ(check.kind, ResumeCheck::Kind::rewound);
  EXPECT_EQ(check.offset, 1U);
  ASSERT_TRUE(run_until(loop, [&] { return a.texts("lobby", kAll).size() == 2; }));
  EXPECT_THAT(a.texts("lobby", kAll), ElementsAre("1{1}", "2{2}"));
  EXPECT_TRUE(a.append("lobby", "{2}", "sender", 2)->duplicate);
}

TEST_F(PostgresFaultsTest, ClustersInOtherSchemasHearNothingOfEachOther) {
  PostgresSource elsewhere;
  Peer other(loop, elsewhere.connect(loop));
  ASSERT_TRUE(b.subscribe("lobby"));
  ASSERT_TRUE(other.subscribe("lobby"));
  ASSERT_TRUE(a.append("lobby", "{m}"));
  a.backplane().signal("lobby", Signal::typing, "id Ana");
  a.backplane().broadcast("hello");
  ASSERT_TRUE(a.renew("chat-1.aa"));
  ASSERT_TRUE(run_until(loop, [&] { return b.sink.broadcasts.size() == 1 && b.received(1); }));
  EXPECT_THAT(other.sink.published, IsEmpty());
  EXPECT_THAT(other.sink.signals, IsEmpty());
  EXPECT_THAT(other.sink.broadcasts, IsEmpty());
  EXPECT_EQ(other.state("lobby")->top, Position{});
  EXPECT_THAT(*other.renew("chat-2.bb"), ElementsAre("chat-2.bb"));
}

TEST_F(PostgresFaultsTest, NotificationsOfOtherProgramsDoNoHarm) {
  ASSERT_TRUE(b.subscribe("lobby"));
  for (const char* payload : {"",
                              "x",
                              "r",
                              "r lobby",
                              "r  lobby lobby ",
                              "r lobby nowhere",
                              "s",
                              "sx=",
                              "stlobby",
                              "szlobby=x",
                              "b",
                              "l",
                              "l ",
                              "q",
                              "q=x",
                              "q1 2 3=x",
                              "a",
                              "a=x",
                              "a77=x",
                              "stlobby#",
                              "stlobby#x",
                              "stlobby#999",
                              "stlobby#0",
                              "stlobby=\\",
                              "\\",
                              "=",
                              "#1"}) {
    execute("select pg_notify(current_schema(), '" + std::string(payload) + "')");
  }
  ASSERT_TRUE(a.append("lobby", "{m}"));
  a.backplane().signal("lobby", Signal::typing, "last");
  ASSERT_TRUE(run_until(loop, [&] { return !b.sink.signals.empty() && b.sink.signals.back().payload == "last"; }));
  ASSERT_TRUE(b.received(1));
  EXPECT_THAT(b.sink.bodies_of("lobby"), ElementsAre("{m}"));
}

TEST_F(PostgresFaultsTest, FindsMessagesWhoseDoorbellNobodyHeard) {
  ASSERT_TRUE(a.append("lobby", "{1}"));
  ASSERT_TRUE(b.subscribe("lobby"));
  execute("insert into log values ('lobby', 2, now(), '{2}'); update room set top = 2");
  ASSERT_TRUE(b.received(1));
  EXPECT_THAT(b.sink.bodies_of("lobby"), ElementsAre("{2}"));
}

TEST_F(PostgresFaultsTest, CarriesSignalsOfAnySizeInTheirOrder) {
  ASSERT_TRUE(b.subscribe("lobby"));
  const std::string large(20'000, '\xe9');
  for (const std::string& payload : {std::string("1"), large, std::string("3\\ \xc3\xa9")}) {
    a.backplane().signal("lobby", Signal::presence, payload);
  }
  ASSERT_TRUE(run_until(loop, [&] { return b.sink.signals.size() == 3; }));
  EXPECT_EQ(b.sink.signals[0].payload, "1");
  EXPECT_EQ(b.sink.signals[1].payload, large);
  EXPECT_EQ(b.sink.signals[2].payload, "3\\ \xc3\xa9");
}

/// A node that cannot use its server.
class PostgresRefusalTest : public PostgresTest {
 protected:
  /// The reason in the log, and nothing of the password.
  std::string refusal(const std::string& url, AckLevel level = {}) {
    const auto last = logged_after(0).empty() ? 0 : logged_after(0).back().number;
    RecordingSink sink;
    const auto services = make_postgres_services(loop, *parse_postgres_url(url), {}, level);
    services->backplane().start(sink);
    std::string found;
    const auto is_told = [&] {
      for (const auto& line : logged_after(last)) {
        EXPECT_THAT(line.fields, Not(HasSubstr("PASSWORD")));
        if (line.event == "postgres_unusable") found = line.fields;
      }
      return !found.empty();
    };
    run_until(loop, is_told);
    EXPECT_FALSE(sink.is_available());
    services->backplane().stop();
    return found;
  }
};

TEST_F(PostgresRefusalTest, SaysWhatIsWrong) {
  const std::string url = server().url(source.schema);
  EXPECT_THAT(refusal("postgres://chat:PASSWORD2@" + url.substr(url.find('@') + 1)),
              HasSubstr("password authentication failed"));
  std::string other_database = url;
  other_database.replace(url.find("/postgres?"), 10, "/nowhere?");
  EXPECT_THAT(refusal(other_database), HasSubstr("does not exist"));
  EXPECT_THAT(refusal(url, {AckLevel::Kind::durable}), HasSubstr("fsync"));
  execute("update meta set version = 99");
  EXPECT_THAT(refusal(url), HasSubstr("newer chatd"));
}

TEST_F(PostgresRefusalTest, NamesAMissingRight) {
  server().execute("revoke create on database postgres from chat");
  EXPECT_THAT(refusal(server().url(server().fresh_schema())), HasSubstr("permission denied"));
  server().execute("grant create on database postgres to chat");
}

}  // namespace
}  // namespace chat
