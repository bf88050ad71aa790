// chatctl revoke, block, ban, mute: put a sanction into the store, where all nodes see it at once.
#include <cstdio>
#include <memory>

#include "apps/chatctl/command.hpp"
#include "apps/chatctl/input.hpp"
#include "apps/chatctl/sanctions/print.hpp"
#include "apps/chatctl/store.hpp"
#include "chat/auth/sanction_store.hpp"
#include "chat/core/names.hpp"
#include "chat/core/person_id.hpp"

namespace chat::ctl {
namespace {

using Kind = Sanction::Kind;

struct ImposeOptions {
  StoreOptions store;
  Kind kind;
  std::string token;  // revoke
  std::string user;
  std::string room;
  std::string issued_before;
  std::string lasts;
  std::string reason;
};

Sanction sanction_of(const ImposeOptions& options) {
  const UnixMs now = SystemClock().unix_ms();
  Sanction sanction;
  sanction.kind = options.token.empty() ? options.kind : Kind::revoke_token;
  sanction.subject = options.token.empty() ? user_id_of(options.user) : options.token;
  sanction.room = room_of_group(options.room);
  if (!options.lasts.empty()) sanction.until = now + 1000 * to_seconds("--for", options.lasts);
  if (sanction.kind == Kind::revoke_user) {
    sanction.issued_before = options.issued_before.empty() ? now : to_time("--issued-before", options.issued_before);
  }
  sanction.reason = options.reason;
  sanction.by = "chatctl";
  return sanction;
}

int impose(const ImposeOptions& options) {
  const auto sanction = sanction_of(options);
  Store store(options.store);
  const SystemClock clock;
  SanctionStore sanctions(store.services().kv(), clock);
  store.call<bool>([&](Completion<bool> done) { sanctions.add(sanction, std::move(done)); });
  print(sanction);
  return 0;
}

std::shared_ptr<ImposeOptions> add(CLI::App* command, Kind kind, Action& chosen) {
  const auto options = std::make_shared<ImposeOptions>();
  options->kind = kind;
  command->add_option("--for", options->lasts, "How long: a number and s, m, h or d; if not given, until it is lifted")
      ->check(fault_if_empty);
  command->add_option("--reason", options->reason, "Why, for the person; at most 200 bytes");
  add_store_options(*command, options->store);
  command->callback([options, &chosen] { chosen = [options] { return impose(*options); }; });
  return options;
}

}  // namespace

void add_revoke(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("revoke", "Make a token invalid, or all tokens that a user has had until now");
  const auto options = add(command, Kind::revoke_user, chosen);
  auto* of = command->add_option_group("of", "One of these")->require_option(1);
  of->add_option("--token", options->token, "Id of the token (jti)")->check(fault_in_token_id);
  auto* user = of->add_option("--user", options->user, "User: the subject of the tokens, or the public id")
                   ->check(fault_in_user);
  command
      ->add_option("--issued-before", options->issued_before,
                   "Only tokens from before this time, 2026-11-21T13:40:00Z or seconds since 1970; if not given, now")
      ->needs(user)
      ->check(fault_if_empty);
}

void add_block(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("block", "Disconnect a person and let it not connect again");
  const auto options = add(command, Kind::block_user, chosen);
  command->add_option("USER", options->user, kUserMeaning)->required()->check(fault_in_user);
}

void add_ban(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("ban", "Take all rights in a room, or in all, from a person");
  const auto options = add(command, Kind::ban, chosen);
  command->add_option("USER", options->user, kUserMeaning)->required()->check(fault_in_user);
  command->add_option("--room", options->room, "The room; if not given, everywhere")->check(fault_in_one_room);
}

void add_mute(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("mute", "Let a person not send in a room, or in all");
  const auto options = add(command, Kind::mute, chosen);
  command->add_option("USER", options->user, kUserMeaning)->required()->check(fault_in_user);
  command->add_option("--room", options->room, "The room; if not given, everywhere")->check(fault_in_one_room);
}

}  // namespace chat::ctl
