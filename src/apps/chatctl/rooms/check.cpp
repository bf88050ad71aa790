// chatctl rooms check: says what is wrong with a file of rules.
#include <cstdio>
#include <memory>
#include <string>

#include "apps/chatctl/command.hpp"
#include "chat/auth/room_rules.hpp"

namespace chat::ctl {
namespace {

int check(const std::string& path) {
  const auto rules = room_rules_from_file(path);
  if (!rules) {
    std::puts(rules.error().message.c_str());
    return 1;
  }
  const auto count = (*rules)->size();
  std::printf("%zu %s\n", count, count == 1 ? "rule" : "rules");
  return 0;
}

}  // namespace

void add_rooms_check(CLI::App& rooms, Action& chosen) {
  auto* command =
      rooms.add_subcommand("check", "Say what is wrong with a file of --rooms; exit code 1: a node refuses it");
  const auto path = std::make_shared<std::string>();
  command->add_option("FILE", *path, "The file")->required();
  command->callback([path, &chosen] { chosen = [path] { return check(*path); }; });
}

}  // namespace chat::ctl
