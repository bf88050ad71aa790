#include "chat/server/config.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace chat {
namespace {

using Texts = std::vector<std::string>;

ParsedConfig parse(const Texts& flags, const Texts& variables = {}) {
  std::vector<const char*> argv{"chatd"}, environment;
  for (const auto& flag : flags) argv.push_back(flag.c_str());
  for (const auto& variable : variables) environment.push_back(variable.c_str());
  environment.push_back(nullptr);
  const int argc = static_cast<int>(argv.size());
  argv.push_back(nullptr);
  return parse_config(argc, argv.data(), environment.data());
}

Config accepted(const Texts& flags, const Texts& variables = {}) {
  const auto parsed = parse(flags, variables);
  EXPECT_TRUE(parsed.run) << parsed.text;
  return parsed.config;
}

/// Refused with exit code 2 and a text that names the setting.
void expect_refused(const Texts& flags, const Texts& variables, const std::string& name) {
  const auto parsed = parse(flags, variables);
  EXPECT_FALSE(parsed.run) << name;
  EXPECT_EQ(parsed.exit_code, 2) << name;
  EXPECT_NE(parsed.text.find(name), std::string::npos) << "\"" << name << "\" is not named in: " << parsed.text;
}

class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "chat-config-XXXXXX").string();
    ::close(::mkstemp(pattern.data()));
    path_ = pattern;
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Config, ServesAloneOnPort8080WithoutAnySetting) {
  const auto config = accepted({});
  EXPECT_EQ(config.listen, "0.0.0.0:8080");
  EXPECT_EQ(config.backplane, "memory:");
  EXPECT_FALSE(config.node_id.empty());
  EXPECT_EQ(config.node_name, config.node_id);
  EXPECT_FALSE(config.web_root.empty());
  EXPECT_EQ(config.history_size, 1000U);
  EXPECT_EQ(config.max_connections_per_address, 1000U);
  EXPECT_EQ(config.messages_per_second, 10U);
  EXPECT_EQ(config.message_burst, 20U);
  EXPECT_EQ(config.log_level, LogLevel::info);
}

TEST(Config, TakesEverySettingAsAFlag) {
  const auto config = accepted({"--listen",
                                "[::1]:0",
                                "--redis=redis://user:pw@redis:6380/1",
                                "--node-id",
                                "chat-7",
                                "--node-name",
                                "Seven",
                                "--node-description",
                                "a node",
                                "--web-root",
                                CHAT_TEST_WEB,
                                "--threads",
                                "3",
                                "--secret",
                                "0123456789abcdef",
                                "--allowed-origins",
                                "https://a.example,http://b.example:81",
                                "--allowed-hosts",
                                "a.example,[::1]:81",
                                "--core-dumps",
                                "on",
                                "--trusted-proxies",
                                "10.0.0.0/8,::1",
                                "--history-size",
                                "50",
                                "--history-days",
                                "2",
                                "--drain-seconds",
                                "0",
                                "--max-connections",
                                "9",
                                "--max-connections-per-address",
                                "0",
                                "--messages-per-second",
                                "0",
                                "--message-burst",
                                "1",
                                "--joins-per-second",
                                "4",
                                "--log-level",
                                "debug",
                                "--log-format",
                                "json"});
  EXPECT_EQ(config.listen, "[::1]:0");
  EXPECT_EQ(config.backplane, "redis://user:pw@redis:6380/1");
  EXPECT_EQ(config.node_id, "chat-7");
  EXPECT_EQ(config.node_name, "Seven");
  EXPECT_EQ(config.node_description, "a node");
  EXPECT_EQ(config.web_root, CHAT_TEST_WEB);
  EXPECT_EQ(config.threads, 3U);
  EXPECT_EQ(config.secret, "0123456789abcdef");
  EXPECT_EQ(config.allowed_origins, (Texts{"https://a.example", "http://b.example:81"}));
  EXPECT_EQ(config.allowed_hosts, (Texts{"a.example", "[::1]:81"}));
  EXPECT_TRUE(config.core_dumps);
  EXPECT_EQ(config.trusted_proxies, (Texts{"10.0.0.0/8", "::1"}));
  EXPECT_EQ(config.history_size, 50U);
  EXPECT_EQ(config.history_days, 2U);
  EXPECT_EQ(config.drain_seconds, 0U);
  EXPECT_EQ(config.max_connections, 9U);
  EXPECT_EQ(config.max_connections_per_address, 0U);
  EXPECT_EQ(config.messages_per_second, 0U);
  EXPECT_EQ(config.message_burst, 1U);
  EXPECT_EQ(config.joins_per_second, 4U);
  EXPECT_EQ(config.log_level, LogLevel::debug);
  EXPECT_EQ(config.log_format, LogFormat::json);
}

TEST(Config, TakesTheCollectorOfTracesFromTheVariableThatAllProgramsHave) {
  const std::string theirs = "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318";
  EXPECT_EQ(accepted({}, {theirs}).otlp_endpoint, "http://collector:4318");
  EXPECT_EQ(accepted({}, {"CHAT_OTLP_ENDPOINT=http://own:4318", theirs}).otlp_endpoint, "http://own:4318");
  EXPECT_EQ(accepted({}, {theirs, "CHAT_OTLP_ENDPOINT=http://own:4318"}).otlp_endpoint, "http://own:4318");
  EXPECT_EQ(accepted({"--otlp-endpoint", "http://flag:4318"}, {theirs}).otlp_endpoint, "http://flag:4318");
  EXPECT_EQ(accepted({}, {"OTEL_EXPORTER_OTLP_ENDPOINT="}).otlp_endpoint, "");
  expect_refused({}, {"OTEL_EXPORTER_OTLP_ENDPOINT=collector"}, "--otlp-endpoint");
}

TEST(Config, PrefersFlagsToTheEnvironmentAndThatToTheFile) {
  const ConfigFile file(
      "node-id = \"from-file\"\nnode-name = \"from-file\"\nhistory-size = 7\nallowed-origins = "
      "[\"http://file.example\"]\n");
  const Texts environment{"CHAT_CONFIG=" + file.path(), "CHAT_NODE_ID=from-environment",
                          "CHAT_NODE_NAME=from-environment", "PATH=/bin"};
  const auto config = accepted({"--node-id", "from-flag"}, environment);
  EXPECT_EQ(config.node_id, "from-flag");
  EXPECT_EQ(config.node_name, "from-environment");
  EXPECT_EQ(config.history_size, 7U);
  EXPECT_EQ(config.allowed_origins, Texts{"http://file.example"});
  EXPECT_EQ(accepted({"--config", file.path()}).node_id, "from-file");
}

TEST(Config, PrefersWholeListsAndDoesNotMixThem) {
  const ConfigFile file("trusted-proxies = \"192.0.2.1\"\n");
  EXPECT_EQ(accepted({"--trusted-proxies", "10.0.0.1"}, {"CHAT_TRUSTED_PROXIES=10.0.0.2"}).trusted_proxies,
            Texts{"10.0.0.1"});
  EXPECT_EQ(accepted({"--config", file.path()}, {"CHAT_TRUSTED_PROXIES=10.0.0.2"}).trusted_proxies, Texts{"10.0.0.2"});
  EXPECT_EQ(accepted({"--allowed-origins", "http://flag.example"}, {"CHAT_ALLOWED_ORIGINS=http://env.example"})
                .allowed_origins,
            Texts{"http://flag.example"});
}

TEST(Config, TakesAnEmptyVariableForNone) {
  EXPECT_EQ(accepted({}, {"CHAT_REDIS=", "CHAT_HISTORY_SIZE="}).history_size, 1000U);
}

TEST(Config, RefusesSettingsItDoesNotKnow) {
  expect_refused({"--colour", "red"}, {}, "--colour");
  expect_refused({"--histor", "5"}, {}, "--histor");
  expect_refused({"stray"}, {}, "stray");
  expect_refused({}, {"CHAT_COLOUR=red"}, "CHAT_COLOUR");
  const ConfigFile file("colour = \"red\"\n");
  expect_refused({"--config", file.path()}, {}, "colour");
  expect_refused({"--config", "/nowhere/chat.toml"}, {}, "/nowhere/chat.toml");
}

TEST(Config, RefusesImpossibleValuesByName) {
  const std::pair<const char*, const char*> cases[] = {
      {"--listen", "8080"},
      {"--listen", "0.0.0.0:65536"},
      {"--listen", "chat.example:80"},
      {"--listen", "0.0.0.0:"},
      {"--redis", "localhost:6379"},
      {"--redis", "redis://h:port"},
      {"--redis", "redis://h:99999"},
      {"--backplane", "localhost:6379"},
      {"--backplane", "redis://h:port"},
      {"--backplane", "memory://"},
      {"--node-id", "Chat 1"},
      {"--node-id", "a.b"},
      {"--secret", "0123456789abcde"},
      {"--threads", "-1"},
      {"--threads", "257"},
      {"--threads", "two"},
      {"--history-size", "0"},
      {"--history-size", "1.5"},
      {"--history-size", "99999999999"},
      {"--drain-seconds", "601"},
      {"--message-burst", "0"},
      {"--joins-per-second", "-5"},
      {"--allowed-hosts", "http://a.example"},
      {"--allowed-hosts", "*.example"},
      {"--core-dumps", "perhaps"},
      {"--allowed-origins", "*"},
      {"--allowed-origins", "a.example"},
      {"--allowed-origins", "http://a.example/"},
      {"--allowed-origins", "http://"},
      {"--trusted-proxies", "10.0.0.0/33"},
      {"--trusted-proxies", "proxy"},
      {"--ack", "perhaps"},
      {"--ack-replicas", "0"},
      {"--log-level", "loud"},
      {"--trace-sample", "-1"},
      {"--otlp-endpoint", "grpc://collector:4317"},
      {"--log-format", "xml"},
      {"--max-connections", "many"},
      {"--history-days", "0"},
  };
  for (const auto& [flag, value] : cases) {
    SCOPED_TRACE(std::string(flag) + " " + value);
    expect_refused({std::string(flag) + "=" + value}, {}, flag);
  }
  expect_refused({"--history-size"}, {}, "--history-size");
}

TEST(Config, RefusesImpossibleValuesOfTheEnvironmentAndTheFileByName) {
  expect_refused({}, {"CHAT_HISTORY_SIZE=none"}, "history");
  const ConfigFile file("history-size = \"none\"\n");
  expect_refused({"--config", file.path()}, {}, "history");
}

TEST(Config, NamesTheLineOfAFileWithAMistakeAndWhatWasExpectedThere) {
  const ConfigFile garbage("# a comment\n\nnode-id = \"chat-1\"\n\x1f\x8b what is this\n");
  EXPECT_EQ(parse({"--config", garbage.path()}).text.substr(0, 7), "chatd: ");
  expect_refused({"--config", garbage.path()}, {},
                 garbage.path() + ", line 4: expected NAME = VALUE, such as node-id = \"chat-1\"");
  const ConfigFile unknown("node-id = \"chat-1\"\nnode-nam = \"x\"\n");
  expect_refused({"--config", unknown.path()}, {},
                 unknown.path() + ", line 2: there is no setting node-nam; did you mean node-name?");
  const ConfigFile value("node-id = \"chat-1\"\nhistory-size = \"none\"\n");
  expect_refused({"--config", value.path()}, {}, value.path() + ", line 2: --history-size");
}

TEST(Config, KeepsAPasswordOutOfWhatItSaysWhereverItWasMistyped) {
  for (const char* url : {"redis:/user:s3cret@redis", "http://:s3cret@redis", "user:s3cret@redis:6379",
                          "redis://user:s3cret@redis:port", "redis://user:s3cret@redis/x", "redis://:s3cret@",
                          "redis://user:s3cret@redis?prefix=A B", "rediss//:s3cret@redis"}) {
    for (const Texts& flags :
         {Texts{"--redis", url}, Texts{"--backplane", url}, Texts{"--redi", url}, Texts{url}, Texts{"--redis-ca", url},
          Texts{std::string("--redi=") + url}, Texts{"--listen", url}, Texts{"--node-id", url},
          Texts{"--allowed-origins", url}, Texts{"--allowed-hosts", url}, Texts{"--trusted-proxies", url},
          Texts{"--history-size", url}, Texts{"--ack", url}, Texts{"--web-root", url}, Texts{"--config", url}}) {
      const auto parsed = parse(flags);
      EXPECT_EQ(parsed.text.find("s3cret"), std::string::npos) << parsed.text;
    }
    EXPECT_EQ(parse({}, {std::string("CHAT_REDIS=") + url}).text.find("s3cret"), std::string::npos);
    EXPECT_EQ(parse({}, {std::string("CHAT_REDI=") + url}).text.find("s3cret"), std::string::npos);
  }
}

TEST(Config, KeepsTheRedisPasswordOutOfWhatItSays) {
  const ConfigFile file("redi = \"redis://:s3cret@redis\"\n");
  for (const Texts& flags : std::vector<Texts>{{"--redis", "redis://user:s3cret@redis:port"},
                                               {"redis://user:s3cret@redis"},
                                               {"--redi=rediss://user:s3cret"},
                                               {"--listen", "redis-sentinel://:s3\"cret@redis"},
                                               {"--config", file.path()}}) {
    const auto parsed = parse(flags);
    EXPECT_EQ(parsed.exit_code, 2);
    EXPECT_EQ(parsed.text.find("cret"), std::string::npos) << parsed.text;
  }
}

TEST(Config, TakesTheRedisPasswordFromAFile) {
  const ConfigFile file("s3cret\r\n"), empty("\n");
  const auto config = accepted({"--redis", "redis://chat@redis", "--redis-password-file", file.path()});
  EXPECT_EQ(backplane_options_of(config)->password, "s3cret");
  EXPECT_EQ(accepted({"--backplane", "redis://chat@redis", "--redis-password-file", file.path()}).backplane,
            "redis://chat@redis");
  expect_refused({"--redis", "redis://chat@redis", "--redis-password-file", empty.path()}, {}, "--redis-password-file");
  expect_refused({"--redis", "redis://chat:x@redis", "--redis-password-file", file.path()}, {}, "--redis");
  expect_refused({"--redis", "redis://redis", "--redis-password-file", "/nowhere"}, {}, "--redis-password-file");
  expect_refused({"--redis", "rediss://redis", "--redis-ca", "/nowhere"}, {}, "--redis-ca");
}

TEST(Config, TakesTheStoreFromBackplaneOrFromRedisAndFromBothIfTheyAgree) {
  const std::string url = "redis://redis/1";
  for (const Texts& flags :
       std::vector<Texts>{{"--backplane", url}, {"--redis", url}, {"--redis", url, "--backplane", url}}) {
    const auto config = accepted(flags);
    EXPECT_EQ(config.backplane, url);
    EXPECT_FALSE(config.is_alone());
  }
  for (const Texts& flags : std::vector<Texts>{{}, {"--backplane", "memory:"}, {"--redis", ""}}) {
    EXPECT_TRUE(accepted(flags).is_alone());
  }
  EXPECT_EQ(accepted({}, {"CHAT_BACKPLANE=" + url}).backplane, url);
}

TEST(Config, RefusesTwoStoresThatDiffer) {
  for (const char* other : {"redis://redis/2", "memory:"}) {
    const Texts flags{"--redis", "redis://user:s3cret@redis/1", "--backplane", other};
    expect_refused(flags, {}, "--backplane and --redis name different stores: give one of them");
    EXPECT_EQ(parse(flags).text.find("s3cret"), std::string::npos);
  }
  expect_refused({"--backplane", "memory:"}, {"CHAT_REDIS=redis://redis"}, "--backplane and --redis");
}

TEST(Config, KeepsTheSecretOutOfWhatItSays) {
  const auto parsed = parse({"--history-size", "0"}, {"CHAT_SECRET=short-s3cret"});
  EXPECT_EQ(parsed.exit_code, 2);
  EXPECT_EQ(parsed.text.find("s3cret"), std::string::npos) << parsed.text;
}

TEST(Config, ListsEverySettingInItsHelp) {
  const auto help = parse({"--help"});
  EXPECT_FALSE(help.run);
  EXPECT_EQ(help.exit_code, 0);
  for (const char* name : {"LISTEN",
                           "REDIS",
                           "NODE_ID",
                           "NODE_NAME",
                           "NODE_DESCRIPTION",
                           "SECRET",
                           "WEB_ROOT",
                           "THREADS",
                           "ALLOWED_ORIGINS",
                           "TRUSTED_PROXIES",
                           "HISTORY_SIZE",
                           "HISTORY_DAYS",
                           "DRAIN_SECONDS",
                           "MAX_CONNECTIONS",
                           "MAX_CONNECTIONS_PER_ADDRESS",
                           "MESSAGES_PER_SECOND",
                           "MESSAGE_BURST",
                           "JOINS_PER_SECOND",
                           "ACK",
                           "ACK_REPLICAS",
                           "LOG_LEVEL",
                           "LOG_FORMAT",
                           "CONFIG"}) {
    EXPECT_NE(help.text.find("[CHAT_" + std::string(name) + "]"), std::string::npos) << name;
    std::string flag = "--";
    for (const char c : std::string(name)) flag += c == '_' ? '-' : static_cast<char>(std::tolower(c));
    EXPECT_NE(help.text.find(flag), std::string::npos) << flag;
  }
  EXPECT_NE(help.text.find("0.0.0.0:8080"), std::string::npos) << "defaults are shown";
}

TEST(Config, GuessesWhatAMistypedSettingMeans) {
  expect_refused({"--histroy-size", "5"}, {}, "did you mean --history-size?");
  expect_refused({"--listne=127.0.0.1:1"}, {}, "did you mean --listen?");
  expect_refused({}, {"CHAT_HISTROY_SIZE=5"}, "did you mean CHAT_HISTORY_SIZE?");
  EXPECT_EQ(parse({"--fly"}).text.find("did you mean"), std::string::npos);
}

TEST(Config, TellsItsVersion) {
  const auto version = parse({"--version"});
  EXPECT_FALSE(version.run);
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(version.text.starts_with("chatd ")) << version.text;
  for (const auto* feature : {"protocols: chat.v1, SignalR, Socket.IO", "backplanes: memory, redis", "build: "}) {
    EXPECT_NE(version.text.find(feature), std::string::npos) << version.text;
  }
}

TEST(Config, SaysWhereAndHowSignalRClientsAreServed) {
  EXPECT_EQ(accepted({}).signalr_paths, (Texts{"/chatHub", "/hub"}));
  EXPECT_EQ(accepted({}).signalr_receive, (Texts{"user", "message", "connectionId", "nodeId"}));
  const auto config =
      accepted({"--signalr-paths", "/a,/b/c", "--client-timeout=60"}, {"CHAT_SIGNALR_RECEIVE=user,message"});
  EXPECT_EQ(config.signalr_paths, (Texts{"/a", "/b/c"}));
  EXPECT_EQ(config.signalr_receive, (Texts{"user", "message"}));
  EXPECT_EQ(config.client_timeout, 60U);
  for (const char* path : {"hub", "/", "/hub/", "//hub", "/h?b", "/h b"}) {
    expect_refused({"--signalr-paths", path}, {}, "--signalr-paths");
  }
  expect_refused({"--signalr-receive", "user,text"}, {}, "--signalr-receive");
  expect_refused({"--client-timeout=1"}, {}, "--client-timeout");
}

TEST(Config, TakesHubsFromAFileInsteadOfTheTwoSettings) {
  const std::string path = testing::TempDir() + "profiles.json";
  std::ofstream(path) << R"({"hubs": {"/a": "tutorial"}})";
  EXPECT_EQ(accepted({"--profiles", path}).profiles, path);
  expect_refused({"--profiles", path, "--signalr-receive", "user"}, {}, "excludes");
  expect_refused({"--profiles", path}, {"CHAT_SIGNALR_PATHS=/b"}, "excludes");
  std::ofstream(path) << R"({"hubs": {"/a": "tutoral"}})";
  expect_refused({"--profiles", path}, {}, "hubs./a must be the name of a profile; did you mean tutorial?");
}

TEST(Config, TakesOriginsOfAppsAndOfEveryNameBelowOne) {
  const Texts good{"capacitor://localhost", "ionic://localhost", "https://*.example.org", "https://*.example.org:8443"};
  for (const auto& origin : good) EXPECT_EQ(accepted({"--allowed-origins", origin}).allowed_origins, Texts{origin});
  for (const char* origin : {"https://*", "https://*.org", "https://a.*.org", "https://a*.example.org", "*://a.example",
                             "https://", "://a", "null", "https://a.example/x"}) {
    expect_refused({"--allowed-origins", origin}, {}, "--allowed-origins");
  }
}

}  // namespace
}  // namespace chat
