#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/options.hpp"
#include "chat/base/log.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// Every setting of a node, with its default. settings.cpp has the one table of their names and meanings.
struct Config {
  std::string listen = "0.0.0.0:8080";
  static constexpr std::string_view kAlone = "memory:";
  std::string backplane{kAlone};    // URL of the store that joins the nodes
  std::string redis;                // the same by its older name; parse_config() puts it into `backplane`
  std::string redis_password_file;  // empty: the URL has the password, or there is none
  std::string redis_ca;             // empty: the authorities the system knows
  std::string node_id;
  std::string node_name;
  std::string node_description;
  std::string secret;         // empty: the nodes agree on one
  std::string web_root;       // empty: the folder this was built with
  std::uint32_t threads = 0;  // 0: one a core
  enum class IoUring : std::uint8_t { automatic, off };
  IoUring io_uring = IoUring::automatic;
  bool compression = false;
  bool inbox = true;
  enum class Auth : std::uint8_t { off, optional, required };
  Auth auth = Auth::off;
  std::string jwt_secret_file;  // empty: none; as the three below
  std::string jwt_keys;
  std::string jwt_jwks_url;
  std::string jwt_jwks_ca;
  std::string jwt_issuer;    // empty: any
  std::string jwt_audience;  // empty: any
  std::string jwt_user_claim = "sub";
  std::string rooms;  // file of rules; empty: none
  std::string api_listen = "127.0.0.1:9900";
  std::string hooks;                       // file; empty: no application is asked
  std::string api_keys;                    // file; empty: there is no server API
  std::vector<std::string> allowed_hosts;  // empty: any
  std::vector<std::string> allowed_origins;
  std::vector<std::string> trusted_proxies;
  std::string profiles;  // file; empty: the two below say what there is
  std::vector<std::string> signalr_paths{"/chatHub", "/hub"};
  std::string socketio_path = "/socket.io/";
  std::uint32_t socketio_ping_interval = 25;  // seconds
  std::uint32_t socketio_ping_timeout = 20;   // seconds
  bool socketio_recovery = true;
  bool socketio_emitter = false;
  std::string socketio_emitter_key = "socket.io";
  bool socketio_conformance = false;
  std::vector<std::string> signalr_receive{"user", "message", "connectionId", "nodeId"};
  std::uint32_t client_timeout = 30;
  AckLevel::Kind ack = AckLevel::Kind::stored;
  std::uint32_t ack_replicas = 1;
  std::uint32_t history_size = 1000;
  std::uint32_t history_days = 7;
  std::uint32_t drain_seconds = 10;
  std::uint32_t max_connections = 0;
  std::uint32_t max_connections_per_address = 1000;
  std::uint32_t messages_per_second = 10;
  std::uint32_t message_burst = 20;
  std::uint32_t joins_per_second = 20;
  std::uint32_t people_per_address = 10;
  std::uint32_t trace_sample = 0;  // one in so many; 0: none
  std::string otlp_endpoint;       // empty: no spans are exported
  bool core_dumps = false;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;

  /// No other node can share the store of this one.
  bool is_alone() const { return backplane == kAlone; }
};

/// The settings beside the URL of the backplane. Errors: bad_request with a sentence.
Result<BackplaneOptions> backplane_options_of(const Config& config);

/// The action that the command line asks for.
struct ParsedConfig {
  Config config;
  bool run = false;  // otherwise the program prints `text` and ends with the exit code
  int exit_code = 0;
  std::string text;
};

/// Reads flags, then the environment (CHAT_…), then the file given by --config; the first of them that names a setting
/// wins. Unknown settings and impossible values are refused by name, with exit code 2.
ParsedConfig parse_config(int argc, const char* const* argv, const char* const* environment);

}  // namespace chat
