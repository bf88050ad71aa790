#include "server/settings.hpp"

#include <cctype>
#include <map>
#include <vector>

#include "chat/protocols/socketio_emitter.hpp"
#include "server/setting_checks.hpp"

namespace chat {

std::string variable_of(std::string_view flag) {
  std::string variable(kVariablePrefix);
  for (const char c : flag.substr(2)) variable += c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return variable;
}

void add_settings(CLI::App& app, Config& config) {
  const auto setting = [&app](const char* flag, auto& place, const std::string& meaning) {
    return app.add_option(flag, place, meaning + " [" + variable_of(flag) + "]")->capture_default_str()->take_last();
  };
  const auto list = [&app](const char* flag, std::vector<std::string>& place, const std::string& meaning) {
    return app.add_option(flag, place, meaning + " [" + variable_of(flag) + "]")->delimiter(',');
  };
  const auto toggle = [&app](const char* flag, bool& place, const std::string& meaning) {
    app.add_option(flag, place, meaning + ": on or off [" + variable_of(flag) + "]")
        ->transform(CLI::CheckedTransformer(std::map<std::string, bool>{{"on", true}, {"off", false}}))
        ->type_name(place ? "TEXT=on" : "TEXT=off")
        ->take_last();
  };
  setting("--listen", config.listen, "Address and port to serve on; port 0 takes any free one")->check(check_listen);
  setting(
      "--backplane", config.backplane,
      "Store that joins the nodes, chosen by the scheme of its URL: memory: (the node is alone and keeps all messages "
      "in memory), redis:// and others, see --redis; redis-shards://host[:port],… for several Redis that share the\n"
      "rooms; postgres://user:password@host[:port]/database");
  setting(
      "--redis", config.redis,
      "Another name for --backplane. Of Redis: redis://[user:password@]host[:port][/database], rediss:// for TLS,\n"
      "redis-sentinel://[user:password@]host[:port],…/master[/database], redis+unix:///path?db=NUMBER; ?prefix=NAME "
      "behind it keeps clusters on one Redis apart. Without it the node is alone and keeps all messages in memory");
  setting("--redis-password-file", config.redis_password_file,
          "File with the password for Redis, instead of one in the URL")
      ->check(check_file);
  setting("--redis-ca", config.redis_ca,
          "File with the certificate (PEM) of the authority that signed the certificate of Redis; if not given, the "
          "system's")
      ->check(check_file);
  setting("--node-id", config.node_id, "This node's id; the host name if not given")->check(check_node_id);
  setting("--node-name", config.node_name, "Name of the node that people see; the id if not given");
  setting("--node-description", config.node_description, "A sentence about it for the list of nodes");
  setting("--secret", config.secret,
          "Secret that signs connection tokens, the same on all nodes; if not given they agree on one over the store")
      ->check(check_secret);
  setting("--web-root", config.web_root, "Folder with the page")->check(check_folder);
  setting("--threads", config.threads, "Threads that serve clients; 0 = one a core")->check(CLI::Range(0, 256));
  app.add_option("--io-uring", config.io_uring,
                 "Send to many clients with one system call: auto (where the kernel allows it) or off [CHAT_IO_URING]")
      ->transform(one_of({"auto", "off"}))
      ->type_name("TEXT=auto")
      ->take_last();
  toggle("--compression", config.compression,
         "Compress messages for chat.v1 WebSockets that offer it, which makes long ones half as "
         "long; a message costs more to send");
  toggle("--inbox", config.inbox, "Take part in consuming the inbox, into which any program writes messages with XADD");
  list("--allowed-origins", config.allowed_origins,
       "Sites whose pages may connect besides this one, scheme://host[:port],…; https://*.example.org is every name "
       "below example.org")
      ->check(check_origin);
  app.add_option(
         "--auth", config.auth,
         "Tokens: off (all clients are guests), optional (guests and users) or required (no guests) [CHAT_AUTH]")
      ->transform(one_of({"off", "optional", "required"}))
      ->type_name("TEXT=off")
      ->take_last();
  setting("--jwt-secret-file", config.jwt_secret_file,
          "File with the secret of tokens that are signed with HS256, HS384 or HS512, at least 32 bytes")
      ->check(check_file);
  setting("--jwt-keys", config.jwt_keys, "File with the public keys of tokens: PEM, or a JWK Set in JSON")
      ->check(check_file);
  setting("--jwt-jwks-url", config.jwt_jwks_url, "Where the JWK Set with the public keys is fetched, https://…")
      ->check(check_jwks);
  setting("--jwt-jwks-ca", config.jwt_jwks_ca,
          "File with the certificate (PEM) of the authority that signed that of --jwt-jwks-url; if not given, the\n"
          "system's")
      ->check(check_file);
  setting("--jwt-issuer", config.jwt_issuer, "The issuer (iss) that tokens must have; any if not given");
  setting("--jwt-audience", config.jwt_audience, "The audience (aud) that tokens must have; any if not given");
  setting("--jwt-user-claim", config.jwt_user_claim, "The claim of a token that names the user");
  setting("--rooms", config.rooms, "File with the rules of rooms (JSON): the rights of users, and settings of rooms")
      ->check(check_file);
  setting("--hooks", config.hooks,
          "File with the hooks of the application (JSON): URLs that decide on connections, joins and messages, hear of "
          "events, and have methods")
      ->check(check_file);
  setting("--api-listen", config.api_listen,
          "Address and port of the server API, for applications only; see --api-keys")
      ->check(check_listen);
  setting("--api-keys", config.api_keys,
          "File with the keys of the server API (JSON); if not given, there is no server API")
      ->check(check_file);
  setting(
      "--profiles", config.profiles,
      "File with the hubs of SignalR's clients (JSON): their paths, and the names and arguments of their methods and\n"
      "calls; instead of --signalr-paths and --signalr-receive")
      ->check(check_file);
  list("--signalr-paths", config.signalr_paths,
       "Where SignalR's clients connect; case and a slash at the end make no difference")
      ->check(check_hub_path)
      ->excludes("--profiles")
      ->type_name("TEXT=/chatHub,/hub");
  list("--signalr-receive", config.signalr_receive,
       "Arguments of ReceiveMessage, in order, of user, message, connectionId, nodeId, room, details")
      ->check(check_receive_field)
      ->excludes("--profiles")
      ->type_name("TEXT=user,message,connectionId,nodeId");
  setting("--socketio-path", config.socketio_path,
          "Where Socket.IO's clients connect; case and the slash at the end make no difference")
      ->check([](const std::string& value) {
        return check_hub_path(value.ends_with('/') ? value.substr(0, value.size() - 1) : value);
      });
  setting("--socketio-ping-interval", config.socketio_ping_interval, "Seconds between pings of a Socket.IO client")
      ->check(CLI::Range(1, 3600));
  setting("--socketio-ping-timeout", config.socketio_ping_timeout,
          "Seconds after which a Socket.IO client that does not answer a ping is given up")
      ->check(CLI::Range(1, 3600));
  toggle("--socketio-recovery", config.socketio_recovery,
         "Let Socket.IO clients go on where their connection broke; each message has one argument more then");
  toggle("--socketio-emitter", config.socketio_emitter,
         "Carry out what programs say with @socket.io/redis-emitter; they reach each client of the cluster then");
  setting("--socketio-emitter-key", config.socketio_emitter_key,
          "The key of the emitter, with which its channels begin")
      ->check([](const std::string& value) {
        return is_emitter_prefix(value) ? std::string() : "is 1 to 64 letters, digits, _ - . and :";
      });
  toggle("--socketio-conformance", config.socketio_conformance, "Serve the public suites of Socket.IO, not the chat");
  app.get_option("--socketio-conformance")->group("");  // not a setting of clusters
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
  setting("--history-days", config.history_days, "Days without a message after which a room is forgotten")
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
  setting("--trace-sample", config.trace_sample,
          "Trace one in so many messages, beside those whose sender asks for it; 0 = only those")
      ->check(CLI::Range(0, 1000000000));
  setting("--otlp-endpoint", config.otlp_endpoint,
          "Collector of OpenTelemetry that gets the traces as spans (OTLP/HTTP in JSON), http://host:4318; if not\n"
          "given, OTEL_EXPORTER_OTLP_ENDPOINT; without both, none")
      ->check(check_otlp);
  toggle("--core-dumps", config.core_dumps,
         "Let the system write a core file when the node crashes, secrets and messages included");
  app.add_option("--log-level", config.log_level, "How much is logged: trace debug info warn error [CHAT_LOG_LEVEL]")
      ->transform(one_of({"trace", "debug", "info", "warn", "error"}))
      ->type_name("TEXT=info")
      ->take_last();
  app.add_option("--log-format", config.log_format, "How it is logged: text json [CHAT_LOG_FORMAT]")
      ->transform(one_of({"text", "json"}))
      ->type_name("TEXT=text")
      ->take_last();
}

}  // namespace chat
