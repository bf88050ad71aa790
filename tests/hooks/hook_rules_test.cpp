#include "chat/hooks/hook_rules.hpp"

#include "hooks/hook_files.hpp"

namespace chat {
namespace {

class HookRulesTest : public testing::Test {
 protected:
  std::string fault(const std::string& text) const {
    const auto rules = hook_rules_from_text(text, "hooks.json");
    return rules ? "none" : rules.error().message;
  }
  std::string fault_of_hooks(const std::string& hooks) const { return fault(files_.with(hooks)); }
  std::string fault_of(const std::string& members) const {
    return fault_of_hooks(R"({"message":{"url":"http://app/hooks",)" + members + "}}");
  }

  HookFiles files_;
};

TEST_F(HookRulesTest, AHookHasDefaultsForAllButItsUrl) {
  const auto rules = files_.rules(R"({"join":{"url":"https://app.example:8443/hooks?a=b"}})");
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->find(HookEvent::connect), nullptr);
  const auto* join = rules->find(HookEvent::join);
  ASSERT_NE(join, nullptr);
  EXPECT_TRUE(join->url.tls);
  EXPECT_EQ(join->url.host, "app.example");
  EXPECT_EQ(join->url.port, "8443");
  EXPECT_EQ(join->url.target, "/hooks?a=b");
  EXPECT_EQ(join->timeout, Milliseconds(1000));
  EXPECT_EQ(join->concurrency, 32u);
  EXPECT_EQ(join->queue, 1024u);
  EXPECT_FALSE(join->allow_on_failure);
  EXPECT_EQ(join->breaker, (BreakerSettings{5, Milliseconds(5000)}));
}

TEST_F(HookRulesTest, TheFileChangesEachDefault) {
  const auto rules = files_.rules(R"({"message":{"url":"http://[::1]:9/","timeout_ms":250,"on_failure":"allow",
      "concurrency":4,"queue":0,"breaker":{"failures":2,"open_ms":100},"rooms":["shop.*"]}})");
  ASSERT_NE(rules, nullptr);
  const auto* rule = rules->find(HookEvent::message);
  EXPECT_EQ(rule->url.host, "::1");
  EXPECT_EQ(rule->url.authority, "[::1]:9");
  EXPECT_EQ(rule->timeout, Milliseconds(250));
  EXPECT_TRUE(rule->allow_on_failure);
  EXPECT_EQ(rule->concurrency, 4u);
  EXPECT_EQ(rule->queue, 0u);
  EXPECT_EQ(rule->breaker, (BreakerSettings{2, Milliseconds(100)}));
}

TEST_F(HookRulesTest, AHookIsForTheRoomsThatItsPatternsName) {
  const auto rules = files_.rules(R"({"message":{"url":"http://app","rooms":["shop.*","lobby"]},
                                      "join":{"url":"http://app"}})");
  EXPECT_TRUE(rules->concerns(HookEvent::message, "shop.12"));
  EXPECT_TRUE(rules->concerns(HookEvent::message, "lobby"));
  EXPECT_FALSE(rules->concerns(HookEvent::message, "lobby2"));
  EXPECT_TRUE(rules->concerns(HookEvent::join, "lobby2"));
  EXPECT_FALSE(rules->concerns(HookEvent::connect, ""));
}

TEST_F(HookRulesTest, TheCallHookIsForTheMethodsThatItNames) {
  const auto some = files_.rules(R"({"call":{"url":"http://app","methods":["Buy","sell item"]}})");
  EXPECT_TRUE(some->concerns_method("Buy"));
  EXPECT_FALSE(some->concerns_method("buy"));
  EXPECT_TRUE(files_.rules(R"({"call":{"url":"http://app"}})")->concerns_method("anything"));
  EXPECT_FALSE(files_.rules(R"({"join":{"url":"http://app"}})")->concerns_method("Buy"));
}

TEST_F(HookRulesTest, ConnectNamesTheHeadersThatItWants) {
  const auto rules = files_.rules(R"({"connect":{"url":"http://app","headers":["Cookie","X-Forwarded-Host"]}})");
  EXPECT_EQ(rules->find(HookEvent::connect)->headers, (std::vector<std::string>{"cookie", "x-forwarded-host"}));
  EXPECT_EQ(fault_of_hooks(R"({"connect":{"url":"http://app","headers":["a b"]}})"),
            "hooks.json: hooks.connect.headers[0] must be the name of a header: letters, digits and -");
}

TEST_F(HookRulesTest, AnEventHasABoundOfAttemptsAndTheirQueueOfEntries) {
  const auto rules = files_.rules(
      R"({"connected":{"url":"http://app","attempts":3},"message_posted":{"url":"http://app"}})", R"(,"max_events":7)");
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->find(HookEvent::connected)->attempts, 3u);
  EXPECT_EQ(rules->find(HookEvent::message_posted)->attempts, 10u);
  EXPECT_EQ(rules->max_events(), 7u);
  EXPECT_TRUE(rules->has_events());
  const auto without = files_.rules(R"({"join":{"url":"http://app"}})");
  EXPECT_EQ(without->max_events(), 1'000'000u);
  EXPECT_FALSE(without->has_events());
  EXPECT_EQ(fault_of(R"("attempts":3)"), "hooks.json: hooks.message.attempts is unknown for this hook");
  EXPECT_EQ(fault(files_.with(R"({"join":{"url":"http://app"}})", R"(,"max_events":0)")),
            "hooks.json: max_events must be a whole number from 1 to 100000000");
}

TEST_F(HookRulesTest, AFaultOfAHookNamesItsPlaceAndTheRemedy) {
  const struct {
    const char* members;
    const char* sentence;
  } cases[] = {
      {R"("time_out_ms":1)", "hooks.message.time_out_ms is unknown for this hook; did you mean timeout_ms?"},
      {R"("methods":["a"])", "hooks.message.methods is unknown for this hook"},
      {R"("timeout_ms":0)", "hooks.message.timeout_ms must be a whole number from 10 to 60000"},
      {R"("timeout_ms":1e3)", "hooks.message.timeout_ms must be a whole number from 10 to 60000"},
      {R"("concurrency":0)", "hooks.message.concurrency must be a whole number from 1 to 1024"},
      {R"("queue":-1)", "hooks.message.queue must be a whole number from 0 to 65536"},
      {R"("on_failure":"maybe")", "hooks.message.on_failure must be \"deny\" or \"allow\""},
      {R"("breaker":5)", "hooks.message.breaker must be an object with the members failures and open_ms"},
      {R"("breaker":{"failure":5})", "hooks.message.breaker.failure is unknown; did you mean failures?"},
      {R"("breaker":{"open_ms":1})", "hooks.message.breaker.open_ms must be a whole number from 10 to 600000"},
      {R"("rooms":"lobby")", "hooks.message.rooms must be a list of texts"},
      {R"("rooms":[])", "hooks.message.rooms is empty; leave it out if the hook is for all"},
      {R"("rooms":["lobby","No room"])",
       "hooks.message.rooms[1] must be the name of a room or a pattern: a-z 0-9 _ . - and *, at most 64 characters"},
  };
  for (const auto& [members, sentence] : cases) EXPECT_EQ(fault_of(members), std::string("hooks.json: ") + sentence);
}

TEST_F(HookRulesTest, AFaultOfTheFileNamesItsPlaceAndTheRemedy) {
  const struct {
    std::string text;
    std::string sentence;
  } cases[] = {
      {"", "is empty"},
      {"[]", "must be an object with the members secret_file and hooks"},
      {R"({"hooks":{"join":{"url":"http://app"}}})",
       "secret_file is missing; name a file with a secret that signs the requests"},
      {R"({"secret_file":")" + files_.path("secret") + "\"}", "hooks is missing; name at least one hook"},
      {files_.with("{}"), "hooks is empty; name at least one hook, or start without --hooks"},
      {files_.with("[]"), "hooks must be an object of hooks by their names"},
      {files_.with(R"({"messages":{"url":"http://app"}})"), "hooks.messages is unknown; did you mean message?"},
      {files_.with(R"({"join":{}})"), "hooks.join.url is missing; write the address that the cluster calls"},
      {files_.with(R"({"join":"http://app"})"), "hooks.join must be an object with the member url"},
      {files_.with(R"({"join":{"url":"ftp://app"}})"), "hooks.join.url must begin with http:// or https://"},
      {files_.with(R"({"join":{"url":"http://a b/"}})"), "hooks.join.url has blanks or letters that no URL has"},
      {files_.with(R"({"join":{"url":"http://u:p@app/"}})"),
       "hooks.join.url may not have a user, a password or a fragment"},
      {files_.with(R"({"join":{"url":"http://app:99999/"}})"),
       "hooks.join.url has a port that is no number from 1 to 65535"},
      {files_.with(R"({"call":{"url":"http://app","on_failure":"allow"}})"),
       "hooks.call.on_failure must be \"deny\" or absent: a call that fails has no result"},
      {files_.with(R"({"connected":{"url":"http://app","on_failure":"deny"}})"),
       "hooks.connected.on_failure is unknown for this hook"},
      {files_.with(R"({"connected":{"url":"http://app","rooms":["a"]}})"),
       "hooks.connected.rooms is unknown for this hook"},
      {files_.with(R"({"join":{"url":"http://app"}})", R"(,"hook":1)"), "hook is unknown; did you mean hooks?"},
  };
  for (const auto& [text, sentence] : cases) EXPECT_EQ(fault(text), "hooks.json: " + sentence);
}

TEST_F(HookRulesTest, AFileThatCannotBeUsedIsNamedWithTheReason) {
  const std::string hooks = R"({"join":{"url":"http://app"}})";
  EXPECT_EQ(fault(R"({"secret_file":"/nowhere/secret","hooks":)" + hooks + "}"),
            "hooks.json: secret_file /nowhere/secret: cannot be read: No such file or directory");
  EXPECT_EQ(fault(R"({"secret_file":"/","hooks":)" + hooks + "}"),
            "hooks.json: secret_file /: is a folder, not a file");
  EXPECT_EQ(fault(files_.with(hooks, R"(,"ca_file":"/nowhere/ca.pem")")),
            "hooks.json: ca_file /nowhere/ca.pem: cannot be read: No such file or directory");
  const auto empty = files_.write("ca.pem", "nothing");
  EXPECT_EQ(fault(files_.with(hooks, R"(,"ca_file":")" + empty + '"')),
            "hooks.json: ca_file " + empty + ": has no certificate in PEM; begin it with -----BEGIN CERTIFICATE-----");
  files_.write("secret", "short\n");
  EXPECT_EQ(fault_of_hooks(hooks), "hooks.json: secret_file " + files_.path("secret") +
                                       ": line 1 has fewer than 16 bytes; make a secret with: openssl rand -hex 32");
}

TEST_F(HookRulesTest, AFileIsReadByItsPath) {
  const auto path = files_.write("hooks.json", files_.with(R"({"join":{"url":"http://app"}})"));
  const auto rules = hook_rules_from_file(path);
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_NE((*rules)->find(HookEvent::join), nullptr);
  EXPECT_EQ(hook_rules_from_file("/nowhere/hooks.json").error().message,
            "/nowhere/hooks.json: cannot be read: No such file or directory");
}

}  // namespace
}  // namespace chat
