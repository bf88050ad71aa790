// chatctl drain: asks a node to leave the cluster, as SIGTERM does on its machine.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "apps/chatctl/command.hpp"
#include "apps/chatctl/store.hpp"
#include "chat/backplane/drain_request.hpp"
#include "chat/base/digest.hpp"
#include "chat/core/names.hpp"

namespace chat::ctl {
namespace {

constexpr Seconds kAnswerTime{4};
constexpr int kNoSuchNode = 1;

struct DrainOptions {
  StoreOptions store;
  std::string node;
  std::string secret;
  bool as_json = false;
};

std::string ids_of(const std::vector<NodeCard>& cards) {
  std::vector<std::string> ids;
  for (const auto& card : cards) ids.push_back(card.id);
  std::sort(ids.begin(), ids.end());
  std::string line;
  for (const auto& id : ids) line += (line.empty() ? "" : ", ") + id;
  return line.empty() ? "none" : line;
}

/// The secret that the nodes agreed on, unless the operator gives another.
std::string secret_of(Store& store, const DrainOptions& options) {
  if (!options.secret.empty()) return options.secret;
  const auto agreed = store.call<SharedSecret>(
      [&](Completion<SharedSecret> done) { store.services().kv().agree_secret(random_hex(32), std::move(done)); });
  return agreed.current;
}

void ask_to_leave(Store& store, const NodeCard& card, const std::string& secret) {
  const auto answer = store.try_call<std::string>([&](Completion<std::string> done) {
    store.services().messenger().ask(drain_request::address(card.instance), drain_request::make(secret, card.instance),
                                     kAnswerTime, std::move(done));
  });
  if (!answer && answer.error().code == ErrorCode::not_found) {
    throw std::runtime_error("node " + card.id +
                             " is in the list and does not listen: it has died, or it is of an earlier release; "
                             "stop it on its machine");
  }
  if (!answer) throw std::runtime_error("node " + card.id + " has not answered: " + answer.error().message);
  if (*answer == drain_request::kWrongSecret) {
    throw std::runtime_error("node " + card.id +
                             " has another secret: give the one of its --secret with --secret or CHAT_SECRET");
  }
  if (*answer != drain_request::kAccepted) throw std::runtime_error("node " + card.id + " gave no usable answer");
}

int drain(const DrainOptions& options) {
  Store store(options.store);
  const auto cards = store.call<std::vector<NodeCard>>(
      [&](Completion<std::vector<NodeCard>> done) { store.services().registry().list(std::move(done)); });
  const auto card = std::find_if(cards.begin(), cards.end(), [&](const auto& one) { return one.id == options.node; });
  if (card == cards.end()) {
    std::fprintf(stderr, "chatctl: there is no node %s; the nodes are: %s\n", options.node.c_str(),
                 ids_of(cards).c_str());
    return kNoSuchNode;
  }
  ask_to_leave(store, *card, secret_of(store, options));
  if (options.as_json) {
    std::puts(nlohmann::json{{"node", card->id}, {"connections", card->connections}}.dump().c_str());
  } else {
    std::printf("%s drains; it had %llu connections\n", card->id.c_str(),
                static_cast<unsigned long long>(card->connections));
  }
  return 0;
}

std::string fault_in_node(const std::string& text) {
  return is_node_id(text) ? "" : "a node's id has 1 to 32 of a-z 0-9 -";
}

std::string fault_in_secret(const std::string& text) {
  return is_good_secret(text) ? "" : "needs 16 to 256 characters";
}

}  // namespace

void add_drain(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "drain",
      "Let a node move its clients to other nodes and end, as SIGTERM does; exit code 1: there is no such node");
  const auto options = std::make_shared<DrainOptions>();
  command->add_option("NODE", options->node, "Id of the node, as /nodes shows it")->required()->check(fault_in_node);
  command->add_option("--secret", options->secret, "Secret of the nodes, if they have one by --secret; else not needed")
      ->envname("CHAT_SECRET")
      ->check(fault_in_secret);
  command->add_flag("--json", options->as_json, R"(Print {"node":NODE,"connections":COUNT})");
  add_store_options(*command, options->store);
  command->callback([options, &chosen] { chosen = [options] { return drain(*options); }; });
}

}  // namespace chat::ctl
