// Tools for operators and developers of a cluster, on the command line: chatctl [GROUP] COMMAND [OPTION…].
#include <cstdio>
#include <exception>

#include "apps/chatctl/command.hpp"

int main(int argc, char** argv) {
  CLI::App app("Tools for a chat cluster");
  app.name("chatctl");
  app.require_subcommand(1);
  chat::ctl::Action chosen;
  auto* token = app.add_subcommand("token", "Make and check tokens (JWT)");
  token->require_subcommand(1);
  chat::ctl::add_token_make(*token, chosen);
  chat::ctl::add_token_check(*token, chosen);
  auto* rooms = app.add_subcommand("rooms", "Rules of rooms");
  rooms->require_subcommand(1);
  chat::ctl::add_rooms_check(*rooms, chosen);
  chat::ctl::add_revoke(app, chosen);
  chat::ctl::add_block(app, chosen);
  chat::ctl::add_ban(app, chosen);
  chat::ctl::add_mute(app, chosen);
  chat::ctl::add_lift(app, chosen);
  chat::ctl::add_sanctions(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return chosen();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chatctl: %s\n", error.what());
    return 2;
  }
}
