// chatctl sanctions: lists those that hold.
#include <cstdio>
#include <memory>

#include "apps/chatctl/command.hpp"
#include "apps/chatctl/sanctions/print.hpp"
#include "apps/chatctl/store.hpp"
#include "chat/auth/sanction_store.hpp"

namespace chat::ctl {
namespace {

int list(const StoreOptions& options) {
  Store store(options);
  const SystemClock clock;
  SanctionStore sanctions(store.services().kv(), clock);
  auto all = store.call<std::vector<Sanction>>(
      [&](Completion<std::vector<Sanction>> done) { sanctions.read(std::move(done)); });
  for (const auto& sanction : Sanctions(std::move(all)).list(clock.unix_ms())) print(sanction);
  return 0;
}

}  // namespace

void add_sanctions(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("sanctions", "List what holds: kind, token or person, room, end, reason, author");
  const auto options = std::make_shared<StoreOptions>();
  add_store_options(*command, *options);
  command->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace chat::ctl
