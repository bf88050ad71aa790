// chatctl people: lists the users who are in a room, and their nodes.
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "apps/chatctl/command.hpp"
#include "apps/chatctl/input.hpp"
#include "apps/chatctl/store.hpp"
#include "chat/core/names.hpp"

namespace chat::ctl {
namespace {

struct PeopleOptions {
  StoreOptions store;
  std::string room;
  bool as_json = false;
};

struct Person {
  std::string name;
  std::set<std::string> nodes;
};

/// By user id. Nodes store a user once, however many connections the user has there.
std::map<std::string, Person> people_of(const PeopleOptions& options) {
  Store store(options.store);
  const auto rows = store.call<std::vector<PresenceRow>>([&](Completion<std::vector<PresenceRow>> done) {
    store.services().presence().load(room_of_group(options.room), PresenceStore::Through::living_nodes,
                                     std::move(done));
  });
  std::map<std::string, Person> people;
  for (const auto& [instance, user] : rows) {
    auto& person = people[user.id];
    person.name = user.name;
    person.nodes.emplace(node_of(instance));
  }
  return people;
}

std::string in_one_line(const std::set<std::string>& nodes) {
  std::string line;
  for (const auto& node : nodes) line += (line.empty() ? "" : ", ") + node;
  return line;
}

int list(const PeopleOptions& options) {
  const auto people = people_of(options);
  if (options.as_json) {
    auto all = nlohmann::json::array();
    for (const auto& [id, person] : people) {
      all.push_back({{"id", id}, {"name", person.name}, {"nodes", person.nodes}});
    }
    std::puts(nlohmann::json{{"room", options.room}, {"people", all}}.dump().c_str());
    return 0;
  }
  for (const auto& [id, person] : people) {
    std::printf("%-30s  %-30s  %s\n", id.c_str(), in_one_line(person.nodes).c_str(), person.name.c_str());
  }
  return 0;
}

}  // namespace

void add_people(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("people", "List the users in a room: id, nodes that they are connected to, name");
  const auto options = std::make_shared<PeopleOptions>();
  command->add_option("ROOM", options->room, "The room")->required()->check(fault_in_one_room);
  command->add_flag("--json", options->as_json,
                    R"(Print {"room":ROOM,"people":[{"id":ID,"name":NAME,"nodes":[NODE,…]},…]})");
  add_store_options(*command, options->store);
  command->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace chat::ctl
