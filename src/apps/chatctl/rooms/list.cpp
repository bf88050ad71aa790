// chatctl rooms: lists the rooms of the cluster.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "apps/chatctl/command.hpp"
#include "apps/chatctl/store.hpp"
#include "chat/core/names.hpp"

namespace chat::ctl {
namespace {

struct ListOptions {
  StoreOptions store;
  std::string prefix;
  bool as_json = false;
};

/// All pages. A room may be in two of them.
std::set<std::string> rooms_of(const ListOptions& options) {
  Store store(options.store);
  std::set<std::string> names;
  std::string cursor;
  do {
    auto page = store.call<RoomPage>([&](Completion<RoomPage> done) {
      store.services().directory().list(options.prefix, cursor, RoomDirectory::kMaxPage, std::move(done));
    });
    names.insert(page.names.begin(), page.names.end());
    cursor = std::move(page.next);
  } while (!cursor.empty());
  return names;
}

int list(const ListOptions& options) {
  const auto names = rooms_of(options);
  if (options.as_json) {
    std::puts(nlohmann::json{{"rooms", names}}.dump().c_str());
    return 0;
  }
  for (const auto& name : names) {
    const auto group = group_of_room(name);
    std::puts(group == name ? name.c_str() : (name + "  " + group).c_str());
  }
  return 0;
}

std::string fault_in_prefix(const std::string& text) {
  return RoomDirectory::is_prefix(text) ? "" : "a room's name begins with a letter or digit, then also . _ -: a-z 0-9";
}

}  // namespace

void add_rooms_list(CLI::App& rooms, Action& chosen) {
  const auto options = std::make_shared<ListOptions>();
  rooms.add_option("PREFIX", options->prefix, "List only rooms whose names begin like this")->check(fault_in_prefix);
  rooms.add_flag("--json", options->as_json, R"(Print {"rooms":[NAME,…]})");
  add_store_options(rooms, options->store);
  rooms.callback([options, &rooms, &chosen] {
    if (rooms.get_subcommands().empty()) chosen = [options] { return list(*options); };
  });
}

}  // namespace chat::ctl
