// Tools for operators and developers of a cluster, on the command line: chatctl [GROUP] COMMAND [OPTION…].
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "apps/chatctl/command.hpp"
#include "chat/base/closest.hpp"

namespace {

/// Returns the fault of the first words if one of them is no command, else nothing. Does not repeat the word, which may
/// be a URL with a password.
std::string fault_in_command(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* at = &app;
  for (const auto& word : words) {
    std::vector<std::string> names;
    const CLI::App* next = nullptr;
    for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
      if (command->get_name().empty()) continue;  // a group of options
      names.push_back(command->get_name());
      if (names.back() == word) next = command;
    }
    const bool takes_words =
        !at->get_options([](const CLI::Option* option) { return option->get_positional(); }).empty();
    if (names.empty() || word.starts_with('-') || (next == nullptr && takes_words)) return {};
    if (next == nullptr) {
      const auto meant = chat::closest(word, names);
      return "there is no such command" + (meant.empty() ? "" : "; did you mean " + meant + '?');
    }
    at = next;
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Tools for a chat cluster");
  app.name("chatctl");
  app.set_version_flag("--version", "chatctl " CHAT_VERSION);
  app.require_subcommand(1);
  chat::ctl::Action chosen;
  auto* token = app.add_subcommand("token", "Make and check tokens (JWT)");
  token->require_subcommand(1);
  chat::ctl::add_token_make(*token, chosen);
  chat::ctl::add_token_check(*token, chosen);
  auto* rooms = app.add_subcommand("rooms", "List the rooms; check rules of rooms");
  chat::ctl::add_rooms_list(*rooms, chosen);
  chat::ctl::add_rooms_check(*rooms, chosen);
  chat::ctl::add_people(app, chosen);
  chat::ctl::add_drain(app, chosen);
  chat::ctl::add_revoke(app, chosen);
  chat::ctl::add_block(app, chosen);
  chat::ctl::add_ban(app, chosen);
  chat::ctl::add_mute(app, chosen);
  chat::ctl::add_lift(app, chosen);
  chat::ctl::add_sanctions(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    const auto fault = fault_in_command(app, {argv + 1, argv + argc});
    std::fprintf(stderr, "chatctl: %s\nRun with --help for more information.\n",
                 fault.empty() ? error.what() : fault.c_str());
    return 2;
  }
  try {
    return chosen();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chatctl: %s\n", error.what());
    return 2;
  }
}
