#include "chat/server/config.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <utility>

#include "chat/api/api_keys.hpp"
#include "chat/base/closest.hpp"
#include "chat/core/names.hpp"
#include "chat/protocols/hub_profile.hpp"
#include "chat/server/version.hpp"
#include "server/access_settings.hpp"
#include "server/application_hooks.hpp"
#include "server/backplane_settings.hpp"
#include "server/config_file.hpp"
#include "server/features.hpp"
#include "server/settings.hpp"

namespace chat {
namespace {

constexpr std::string_view kOtlpVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";  // as all programs with traces have it

/// The container's short id, or the name of the machine.
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

std::string did_you_mean(const std::string& word) { return word.empty() ? "" : "; did you mean " + word + "?"; }

/// The flag of an option, of one that --help does not show, too.
std::string flag_of(const CLI::Option& option) { return "--" + option.get_lnames().front(); }

/// The flag that a mistyped one most likely means.
std::string guess(const CLI::App& app, const std::vector<std::string>& given) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) flags.push_back(flag_of(*option));
  for (const auto& argument : given) {
    const auto flag = argument.substr(0, argument.find('='));
    const bool is_known = std::find(flags.begin(), flags.end(), flag) != flags.end();
    if (flag.starts_with("--") && !is_known) return did_you_mean(closest(flag, flags));
  }
  return {};
}

/// The environment as flags, without those that are given. Refuses a variable with our prefix that names no setting.
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
    const auto flag = flag_of(*option);
    if (flag == "--help" || flag == "--version") continue;
    known[variable_of(flag)] = flag;
    variables.push_back(variable_of(flag));
  }
  known[std::string(kOtlpVariable)] = "--otlp-endpoint";
  std::vector<std::string> flags;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry(*environment);
    const auto equals = std::min(entry.find('='), entry.size());
    const bool is_otlp = entry.substr(0, equals) == kOtlpVariable;
    if (!entry.starts_with(kVariablePrefix) && !is_otlp) continue;
    const auto variable = known.find(entry.substr(0, equals));
    if (variable == known.end()) {
      const std::string name(entry.substr(0, equals));
      throw CLI::ValidationError(name + ": there is no such setting in the environment" +
                                 did_you_mean(closest(name, variables)));
    }
    const std::string value(entry.substr(equals + 1));
    if (value.empty() || is_given(variable->second)) continue;
    flags.insert(is_otlp ? flags.begin() : flags.end(), variable->second + "=" + value);  // the last of two counts
  }
  return flags;
}

/// The names of all settings, as they stand in a file.
std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) names.push_back(flag_of(*option).substr(2));
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

/// Empty: none.
std::string fault_in_files(const Config& config) {
  if (!config.api_keys.empty()) {
    if (const auto keys = api_keys_from_file(config.api_keys); !keys) return "--api-keys: " + keys.error().message;
  }
  if (auto fault = fault_in_hooks_file(config.hooks); !fault.empty()) return "--hooks: " + fault;
  if (!config.profiles.empty()) {
    if (const auto hubs = hubs_from_file(config.profiles); !hubs) return "--profiles: " + hubs.error().message;
  }
  return {};
}

ParsedConfig refuse(const std::string& fault) {
  ParsedConfig parsed;
  parsed.text = "chatd: " + fault + "\nRun chatd --help for the settings.\n";
  parsed.exit_code = 2;
  return parsed;
}

}  // namespace

ParsedConfig parse_config(int argc, const char* const* argv, const char* const* environment) {
  ParsedConfig parsed;
  parsed.config.web_root = CHAT_WEB_DIR;
  CLI::App app("A node of a chat cluster: WebSocket clients on one side, the store and the other nodes on the other.",
               "chatd");
  app.set_version_flag("--version", "chatd " + std::string(version()) + '\n' + features());
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
    return refuse(without_secrets(std::string("--config: ") + error.what()));
  } catch (const CLI::ParseError& error) {
    return refuse(without_secrets(in_file(app, error.what())) + guess(app, {argv + 1, argv + argc}));
  }
  Config& config = parsed.config;
  if (auto fault = settle_backplane(config, app.count("--backplane") > 0); !fault.empty()) return refuse(fault);
  if (auto fault = fault_in_access(config); !fault.empty()) return refuse(fault);
  if (auto fault = fault_in_files(config); !fault.empty()) return refuse(fault);
  if (config.node_id.empty()) config.node_id = host_name();
  if (config.node_name.empty()) config.node_name = config.node_id;
  parsed.run = true;
  return parsed;
}

}  // namespace chat
