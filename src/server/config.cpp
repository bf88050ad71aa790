#include "chat/server/config.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <utility>

#include "chat/core/names.hpp"
#include "chat/server/version.hpp"
#include "chat/transport/admission.hpp"
#include "server/backplane_settings.hpp"
#include "server/closest.hpp"
#include "server/config_file.hpp"
#include "server/setting_checks.hpp"

namespace chat {
namespace {

constexpr std::string_view kPrefix = "CHAT_";

/// The container's short id, or what the machine is called.
std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  std::string id;
  for (const char c : std::string_view(name.data())) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    id += is_node_id(std::string(1, lower)) ? lower : '-';
  }
  id = id.substr(0, std::min<std::size_t>(id.size(), 32));
  return is_node_id(id) ? id : "node";
}

/// "--node-id" ↔ "CHAT_NODE_ID".
std::string variable_of(std::string_view flag) {
  std::string variable(kPrefix);
  for (const char c : flag.substr(2)) variable += c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return variable;
}

/// A secret in the wrong place must not be shown on a terminal or in a log: of a word that may be a URL or have a
/// password only the scheme stays.
std::string without_secrets(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const auto word = text.substr(at, end - at);
    const auto scheme = word.find("://");
    const bool may_be_secret = scheme != std::string::npos || word.find('@') != std::string::npos;
    out += !may_be_secret ? word : (scheme == std::string::npos ? "" : word.substr(0, scheme + 3)) + "…";
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

/// The one table: flag, place, meaning; the environment variable and the key in a file follow from the flag.
void add_settings(CLI::App& app, Config& config) {
  const auto setting = [&app](const char* flag, auto& place, const std::string& meaning) {
    return app.add_option(flag, place, meaning + " [" + variable_of(flag) + "]")->capture_default_str()->take_last();
  };
  const auto list = [&app](const char* flag, std::vector<std::string>& place, const std::string& meaning) {
    return app.add_option(flag, place, meaning + " [" + variable_of(flag) + "]")->delimiter(',');
  };
  setting("--listen", config.listen, "Address and port to serve on; port 0 takes any free one")->check(check_listen);
  setting(
      "--backplane", config.backplane,
      "Store that joins the nodes, chosen by the scheme of its URL: memory: (the node is alone and keeps everything "
      "in memory) or a URL of Redis, see --redis");
  setting(
      "--redis", config.redis,
      "Redis that joins the nodes: redis://[user:password@]host[:port][/database], rediss:// for TLS,\n"
      "redis-sentinel://[user:password@]host[:port],…/master[/database], redis+unix:///path?db=NUMBER; ?prefix=NAME "
      "behind it keeps clusters on one Redis apart. Without it the node is alone and keeps everything in memory");
  setting("--redis-password-file", config.redis_password_file,
          "File with the password for Redis, instead of one in the URL")
      ->check(check_file);
  setting("--redis-ca", config.redis_ca,
          "File with the certificate (PEM) of the authority that signed that of Redis; if not given, the system's")
      ->check(check_file);
  setting("--node-id", config.node_id, "This node's id; the host name if not given")->check(check_node_id);
  setting("--node-name", config.node_name, "What people see it called; the id if not given");
  setting("--node-description", config.node_description, "A sentence about it for the list of nodes");
  setting("--secret", config.secret,
          "What connection tokens are signed with, the same on all nodes; if not given they agree on one over Redis")
      ->check(check_secret);
  setting("--web-root", config.web_root, "Folder with the page")->check(check_folder);
  setting("--threads", config.threads, "Threads that serve clients; 0 = one a core")->check(CLI::Range(0, 256));
  app.add_option("--io-uring", config.io_uring,
                 "Send to many clients with one system call: auto (where the kernel allows it) or off [CHAT_IO_URING]")
      ->transform(one_of({"auto", "off"}))
      ->type_name("TEXT=auto")
      ->take_last();
  app.add_option(
         "--compression", config.compression,
         "Compress messages for chat.v1 WebSockets that offer it: on or off; saves two thirds of the bytes, and a "
         "message costs more to send [CHAT_COMPRESSION]")
      ->transform(CLI::CheckedTransformer(std::map<std::string, bool>{{"on", true}, {"off", false}}))
      ->type_name("TEXT=off")
      ->take_last();
  list("--allowed-origins", config.allowed_origins,
       "Sites whose pages may connect besides this one, scheme://host[:port],…; https://*.example.org is every name "
       "below example.org")
      ->check(check_origin);
  list("--signalr-paths", config.signalr_paths,
       "Where SignalR's clients connect; case and a slash at the end make no difference")
      ->check(check_hub_path)
      ->type_name("TEXT=/chatHub,/hub");
  list("--signalr-receive", config.signalr_receive,
       "Arguments of ReceiveMessage, in order, of user, message, connectionId, nodeId, room, details")
      ->check(check_receive_field)
      ->type_name("TEXT=user,message,connectionId,nodeId");
  setting("--client-timeout", config.client_timeout,
          "Seconds after which a silent SignalR client is given up; pings go every 10 s, or a third of this")
      ->check(CLI::Range(3, 3600));
  list("--allowed-hosts", config.allowed_hosts,
       "Names by which clients may call this node, host[:port],…; other names get 421, but for /health, /ready and\n"
       "/open; any name if not given")
      ->check(check_host);
  list("--trusted-proxies", config.trusted_proxies, "Address ranges of proxies whose X-Forwarded-For is believed")
      ->check(check_range);
  app.add_option(
         "--ack", config.ack,
         "What must hold before a message is acknowledged: stored (in Redis), durable (on its disk), replicated (in "
         "--ack-replicas of its replicas) [CHAT_ACK]")
      ->transform(one_of({"stored", "durable", "replicated"}))
      ->type_name("TEXT=stored")
      ->take_last();
  setting("--ack-replicas", config.ack_replicas, "Replicas that must have it for --ack replicated")
      ->check(CLI::Range(1, 16));
  setting("--history-size", config.history_size, "Messages kept in each room")->check(CLI::Range(1, 1000000));
  setting("--history-days", config.history_days, "Days after which a room nobody writes to is forgotten")
      ->check(CLI::Range(1, 3650));
  setting("--drain-seconds", config.drain_seconds, "Time clients get to move when the node stops")
      ->check(CLI::Range(0, 600));
  setting("--max-connections", config.max_connections, "Connections this node takes; 0 = no limit")
      ->check(CLI::Range(0, 10000000));
  setting("--max-connections-per-address", config.max_connections_per_address,
          "Connections from one address (IPv6: one /64); 0 = no limit")
      ->check(CLI::Range(0, 10000000));
  setting("--messages-per-second", config.messages_per_second, "Messages a client may send; 0 = no limit")
      ->check(CLI::Range(0, 1000000));
  setting("--message-burst", config.message_burst, "Messages it may send at once")->check(CLI::Range(1, 1000000));
  setting("--joins-per-second", config.joins_per_second,
          "Requests other than messages (joins, pages of history, …) a client may make, with five times as many at\n"
          "once; 0 = no limit")
      ->check(CLI::Range(0, 1000000));
  setting("--people-per-address", config.people_per_address,
          "An office shares an address: how many people's limits one address has, over all nodes; 0 = no limits for\n"
          "addresses but --max-connections-per-address")
      ->check(CLI::Range(0, 100000));
  app.add_option("--core-dumps", config.core_dumps,
                 "Let the system write a core file when the node crashes, secrets and messages included: on or off "
                 "[CHAT_CORE_DUMPS]")
      ->transform(CLI::CheckedTransformer(std::map<std::string, bool>{{"on", true}, {"off", false}}))
      ->type_name("TEXT=off")
      ->take_last();
  app.add_option("--log-level", config.log_level, "How much is logged: trace debug info warn error [CHAT_LOG_LEVEL]")
      ->transform(one_of({"trace", "debug", "info", "warn", "error"}))
      ->type_name("TEXT=info")
      ->take_last();
  app.add_option("--log-format", config.log_format, "How it is logged: text json [CHAT_LOG_FORMAT]")
      ->transform(one_of({"text", "json"}))
      ->type_name("TEXT=text")
      ->take_last();
}

std::string did_you_mean(const std::string& word) { return word.empty() ? "" : "; did you mean " + word + "?"; }

/// What a mistyped flag most likely means.
std::string guess(const CLI::App& app, const std::vector<std::string>& given) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) flags.push_back(option->get_name());
  for (const auto& argument : given) {
    const auto flag = argument.substr(0, argument.find('='));
    const bool is_known = std::find(flags.begin(), flags.end(), flag) != flags.end();
    if (flag.starts_with("--") && !is_known) return did_you_mean(closest(flag, flags));
  }
  return {};
}

/// The environment as flags, but for those that are given. Refuses variables of ours that mean
/// nothing.
std::vector<std::string> flags_of_environment(const CLI::App& app, const char* const* environment,
                                              const std::vector<std::string>& given) {
  const auto is_given = [&given](const std::string& flag) {
    return std::any_of(given.begin(), given.end(), [&flag](const std::string& argument) {
      return argument == flag || argument.starts_with(flag + "=");
    });
  };
  std::map<std::string, std::string, std::less<>> known;
  std::vector<std::string> variables;
  for (const CLI::Option* option : app.get_options()) {
    const auto flag = option->get_name();
    if (flag == "--help" || flag == "--version") continue;
    known[variable_of(flag)] = flag;
    variables.push_back(variable_of(flag));
  }
  std::vector<std::string> flags;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry(*environment);
    if (!entry.starts_with(kPrefix)) continue;
    const auto equals = entry.find('=');
    const auto variable = known.find(entry.substr(0, equals));
    if (variable == known.end()) {
      const std::string name(entry.substr(0, equals));
      throw CLI::ValidationError(name + ": there is no such setting in the environment" +
                                 did_you_mean(closest(name, variables)));
    }
    const std::string value(entry.substr(equals + 1));
    if (!value.empty() && !is_given(variable->second)) flags.push_back(variable->second + "=" + value);
  }
  return flags;
}

/// The names of all settings, as they stand in a file.
std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name().substr(2));
  return names;
}

/// A complaint with the place in the file, if that is where the mistake is.
std::string in_file(const CLI::App& app, const std::string& complaint) {
  const CLI::Option* const file = app.get_config_ptr();
  if (file->count() == 0) return complaint;
  const auto path = file->results().back();
  if (auto fault = fault_in_config_file(path, names_of(app))) return *fault;
  const auto flag = complaint.substr(0, complaint.find_first_of(": "));
  const auto line = flag.starts_with("--") ? line_of_setting(path, flag.substr(2)) : 0;
  return line == 0 ? complaint : path + ", line " + std::to_string(line) + ": " + complaint;
}

}  // namespace

ParsedConfig parse_config(int argc, const char* const* argv, const char* const* environment) {
  ParsedConfig parsed;
  parsed.config.web_root = CHAT_WEB_DIR;
  CLI::App app("A node of a chat cluster: WebSocket clients on one side, Redis and the other nodes on the other.",
               "chatd");
  app.set_version_flag("--version", "chatd " + std::string(version()));
  app.set_config("--config", "", "File with settings, a line each: node-id = \"chat-1\" [CHAT_CONFIG]");
  app.allow_config_extras(CLI::config_extras_mode::error);
  add_settings(app, parsed.config);
  app.get_formatter()->column_width(36);
  app.footer(
      "A setting is taken from the flag, else from the environment variable in [], else from the file.\n"
      "chatd rotate-secret --redis URL gives the running cluster another secret for its connection tokens.");
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    const auto more = flags_of_environment(app, environment, arguments);
    arguments.insert(arguments.begin(), more.begin(), more.end());
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes a vector from its end
    app.parse(arguments);
  } catch (const CLI::Success& done) {
    std::ostringstream text, unused;
    app.exit(done, text, unused);
    parsed.text = text.str();
    return parsed;
  } catch (const CLI::FileError& error) {
    parsed.text =
        without_secrets(std::string("chatd: --config: ") + error.what()) + "\nRun chatd --help for the settings.\n";
    parsed.exit_code = 2;
    return parsed;
  } catch (const CLI::ParseError& error) {
    parsed.text = without_secrets("chatd: " + in_file(app, error.what())) + guess(app, {argv + 1, argv + argc}) +
                  "\nRun chatd --help for the settings.\n";
    parsed.exit_code = 2;
    return parsed;
  }
  Config& config = parsed.config;
  if (const auto fault = settle_backplane(config, app.count("--backplane") > 0); !fault.empty()) {
    parsed.text = "chatd: " + fault + "\nRun chatd --help for the settings.\n";
    parsed.exit_code = 2;
    return parsed;
  }
  if (config.node_id.empty()) config.node_id = host_name();
  if (config.node_name.empty()) config.node_name = config.node_id;
  parsed.run = true;
  return parsed;
}

}  // namespace chat
