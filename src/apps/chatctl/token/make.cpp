// chatctl token make: signs a token for a user.
#include <cstdio>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "apps/chatctl/command.hpp"
#include "apps/chatctl/input.hpp"
#include "apps/chatctl/token/signer.hpp"
#include "chat/core/names.hpp"
#include "chat/core/rights.hpp"

namespace chat::ctl {
namespace {

using Json = nlohmann::ordered_json;

struct MakeOptions {
  std::string secret_file;
  std::string key_file;
  std::string alg;
  std::string key_id;
  std::string user;
  std::string name;
  std::string info;
  std::vector<std::string> rooms;
  std::string lifetime = "1h";
  std::string id;
  std::string issuer;
  std::string audience;
};

/// Adds "pattern=join,send" to `rooms`.
void add_room(Json& rooms, const std::string& option) {
  const auto equals = option.find('=');
  const auto pattern = option.substr(0, equals);
  if (equals == std::string::npos || !is_room_pattern(pattern)) {
    throw std::runtime_error("--room needs a room's name or a pattern, =, and rights, for example 'team.*=join,send'");
  }
  Json rights = Json::array();
  for (std::size_t at = equals + 1; at <= option.size();) {
    const auto end = std::min(option.find(',', at), option.size());
    const auto name = option.substr(at, end - at);
    if (!to_right(name)) throw std::runtime_error("--room: rights are " + to_text(kTokenRights, ", "));
    rights.push_back(name);
    at = end + 1;
  }
  rooms[pattern] = std::move(rights);
}

Json payload_of(const MakeOptions& options) {
  if (!options.name.empty() && !is_user_name(options.name)) {
    throw std::runtime_error("--name needs 1 to 64 bytes with a visible character");
  }
  const auto now = static_cast<long>(std::time(nullptr));
  Json payload{{"sub", options.user}};
  if (!options.name.empty()) payload["name"] = options.name;
  if (!options.info.empty()) {
    payload["info"] = Json::parse(options.info, nullptr, false);
    if (payload["info"].is_discarded()) throw std::runtime_error("--info needs JSON, for example '{\"team\":\"red\"}'");
  }
  if (!options.issuer.empty()) payload["iss"] = options.issuer;
  if (!options.audience.empty()) payload["aud"] = options.audience;
  if (!options.id.empty()) payload["jti"] = options.id;
  payload["iat"] = now;
  if (options.lifetime != "none") payload["exp"] = now + to_seconds("--lifetime", options.lifetime);
  for (const auto& room : options.rooms) add_room(payload["rooms"], room);
  return payload;
}

int make(const MakeOptions& options) {
  const auto signer = options.key_file.empty() ? Signer::with_secret(read_file(options.secret_file), options.alg)
                                               : Signer::with_key(read_file(options.key_file), options.alg);
  Json header{{"alg", signer.alg()}, {"typ", "JWT"}};
  if (!options.key_id.empty()) header["kid"] = options.key_id;
  std::puts(signer.sign(header.dump(), payload_of(options).dump()).c_str());
  return 0;
}

}  // namespace

void add_token_make(CLI::App& token, Action& chosen) {
  auto* command = token.add_subcommand("make", "Sign a token for a user and print it");
  const auto options = std::make_shared<MakeOptions>();
  auto* keys = command->add_option_group("key", "One of these signs")->require_option(1);
  keys->add_option("--secret-file", options->secret_file, "File with a secret of 32 bytes or more");
  keys->add_option("--key-file", options->key_file, "File with a private key in PEM");
  command->add_option("--alg", options->alg, "Algorithm; if not given, HS256 for a secret and the one that fits a key");
  command->add_option("--key-id", options->key_id, "Which key of a set it is (kid)");
  command->add_option("--user", options->user, "Id of the user (sub)")->required()->check(fault_in_user);
  command->add_option("--name", options->name, "Name that others see");
  command->add_option("--info", options->info, "JSON that others see, at most 1 KiB");
  command
      ->add_option("--room", options->rooms,
                   "Rights in the rooms of a pattern, 'team.*=join,send': " + to_text(kTokenRights, ", ") +
                       "; repeat the flag for each room")
      ->allow_extra_args(false);
  command->add_option("--lifetime", options->lifetime, "Until it expires: a number and s, m, h or d; none: never")
      ->capture_default_str();
  command->add_option("--id", options->id, "Id of the token, to revoke it by (jti)");
  command->add_option("--issuer", options->issuer, "Issuer (iss)");
  command->add_option("--audience", options->audience, "Which server it is for (aud)");
  command->callback([options, &chosen] { chosen = [options] { return make(*options); }; });
}

}  // namespace chat::ctl
