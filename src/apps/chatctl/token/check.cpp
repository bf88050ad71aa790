// chatctl token check: reads a token from standard input and prints how a node would judge it.
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "apps/chatctl/command.hpp"
#include "chat/auth/jwks_fetch.hpp"
#include "chat/auth/key_set.hpp"
#include "chat/auth/token_verifier.hpp"

namespace chat::ctl {
namespace {

struct CheckOptions {
  std::string secret_file;
  std::string keys_file;
  JwksSource jwks;
  VerifierSettings verifier;
};

/// At most a byte more than a token may have, without blanks at its end.
std::string read_token() {
  std::string token(kMaxTokenBytes + 3, '\0');
  token.resize(std::fread(token.data(), 1, token.size(), stdin));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' ')) token.pop_back();
  if (token.empty()) throw std::runtime_error("no token on standard input: chatctl token check … < file");
  return token;
}

LoadedKeys fetch_keys(const JwksSource& source) {
  boost::asio::io_context loop;
  JwksAnswer answer;
  fetch_jwks(loop, source, [&](JwksAnswer got) {
    answer = std::move(got);
    loop.stop();
  });
  loop.run();
  if (!answer.error.empty()) return {{}, source.url + ": " + answer.error, {}};
  return keys_from_jwks(answer.body, source.url);
}

/// The keys of one source. Those that are not used are named on standard error.
void load(LoadedKeys loaded, KeySet& keys) {
  if (!loaded.error.empty()) throw std::runtime_error(loaded.error);
  for (const auto& why : loaded.skipped) std::fprintf(stderr, "chatctl: not used: %s\n", why.c_str());
  keys = keys.joined_with(loaded.keys);
}

void print_line(const char* name, const std::string& value) {
  if (!value.empty()) std::printf("%-9s %s\n", name, value.c_str());
}

void print(const Claims& claims) {
  print_line("user", claims.user_id);
  print_line("name", claims.name);
  print_line("info", claims.info);
  for (const auto& room : claims.rooms) print_line("room", room.pattern + ' ' + to_text(room.rights));
  print_line("id", claims.token_id);
  if (claims.issued_at) print_line("issued", to_rfc3339(*claims.issued_at));
  print_line("expires", claims.expires_at ? to_rfc3339(*claims.expires_at) : "never");
}

int check(const CheckOptions& options) {
  KeySet keys;
  if (!options.secret_file.empty()) load(keys_from_secret_file(options.secret_file), keys);
  if (!options.keys_file.empty()) load(keys_from_file(options.keys_file), keys);
  if (!options.jwks.url.empty()) load(fetch_keys(options.jwks), keys);
  const auto result = TokenVerifier(options.verifier).verify(read_token(), keys, SystemClock().unix_ms());
  if (const auto* fault = std::get_if<TokenFault>(&result)) {
    std::printf("refused   %s: %s\n", std::string(name_of(*fault)).c_str(), std::string(sentence_of(*fault)).c_str());
    return 1;
  }
  print(std::get<Claims>(result));
  return 0;
}

}  // namespace

void add_token_check(CLI::App& token, Action& chosen) {
  auto* command = token.add_subcommand(
      "check", "Read a token from standard input and print its claims; exit code 1: a node refuses it");
  const auto options = std::make_shared<CheckOptions>();
  auto* keys = command->add_option_group("keys", "At least one of these verifies")->require_option(1, 3);
  keys->add_option("--secret-file", options->secret_file, "File with a secret of 32 bytes or more");
  keys->add_option("--keys", options->keys_file, "File with public keys: PEM or a JWK Set");
  keys->add_option("--jwks-url", options->jwks.url, "URL of a JWK Set, https://…")->check([](const std::string& url) {
    return check_jwks_url(url).value_or("");
  });
  command->add_option(
      "--jwks-ca", options->jwks.ca_file,
      "File with the certificate (PEM) of the authority that signed the URL's; if not given, the system's");
  command->add_option("--issuer", options->verifier.issuer, "Require this issuer (iss)");
  command->add_option("--audience", options->verifier.audience, "Require this audience (aud)");
  command->add_option("--user-claim", options->verifier.user_claim, "Claim with the user's id")->capture_default_str();
  command->callback([options, &chosen] { chosen = [options] { return check(*options); }; });
}

}  // namespace chat::ctl
