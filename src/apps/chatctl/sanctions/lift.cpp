// chatctl unblock, unban, unmute: remove a sanction from the store.
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

struct LiftOptions {
  StoreOptions store;
  std::string user;
  std::string room;
};

int lift(Kind kind, const LiftOptions& options) {
  const auto user = user_id_of(options.user);
  const auto room = room_of_group(options.room);
  Store store(options.store);
  const SystemClock clock;
  SanctionStore sanctions(store.services().kv(), clock);
  const bool was_there =
      store.call<bool>([&](Completion<bool> done) { sanctions.lift(kind, user, room, std::move(done)); });
  std::puts(was_there ? "lifted" : "there was none");
  return was_there ? 0 : 1;
}

void add(CLI::App& app, const char* name, const char* meaning, Kind kind, Action& chosen) {
  auto* command = app.add_subcommand(name, meaning);
  const auto options = std::make_shared<LiftOptions>();
  command->add_option("USER", options->user, kUserMeaning)->required()->check(fault_in_user);
  if (kind != Kind::block_user) {
    command->add_option("--room", options->room, "The room; if not given, the sanction that holds everywhere")
        ->check(fault_in_room);
  }
  add_store_options(*command, options->store);
  command->callback([=, &chosen] { chosen = [=] { return lift(kind, *options); }; });
}

}  // namespace

void add_lift(CLI::App& app, Action& chosen) {
  add(app, "unblock", "Lift a block; exit code 1: there was none", Kind::block_user, chosen);
  add(app, "unban", "Lift a ban; exit code 1: there was none", Kind::ban, chosen);
  add(app, "unmute", "Lift a mute; exit code 1: there was none", Kind::mute, chosen);
}

}  // namespace chat::ctl
