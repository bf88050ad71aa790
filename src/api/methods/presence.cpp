// presence, presence_stats: the people in a room, over all nodes.
#include <set>
#include <string_view>
#include <utility>

#include "api/method.hpp"
#include "chat/base/json_text.hpp"
#include "chat/codec/json/json_check.hpp"

namespace chat::api {
namespace {

using Rows = std::vector<PresenceRow>;

void load(Call call, std::string (*text_of)(const Rows&)) {
  auto room = call.parameters.room();
  call.parameters.expect_no_more();
  call.parts.backends.presence().load(std::move(room), PresenceStore::Through::living_nodes,
                                      [text_of, done = std::move(call.done)](const Result<Rows>& rows) {
                                        if (!rows) return done(rows.error());
                                        done(text_of(*rows));
                                      });
}

/// A user on two nodes is there twice: what the store knows of is users on nodes, not sessions.
std::string people(const Rows& rows) {
  std::string out = R"({"presence":{)";
  for (const auto& [instance, user] : rows) {
    const std::string client = user.id + '@' + std::string(node_of(instance));
    if (out.back() == '}') out += ',';
    append_json_string(out, client);
    out += R"(:{"client":)";
    append_json_string(out, client);
    out += R"(,"user":)";
    append_json_string(out, user.id);
    out += R"(,"name":)";
    append_json_string(out, user.name);
    if (!user.info.empty() && !validate_json(user.info)) (out += R"(,"info":)") += user.info;
    out += R"(,"node":)";
    append_json_string(out, node_of(instance));
    out += '}';
  }
  return out += "}}";
}

std::string counts(const Rows& rows) {
  std::set<std::string_view> users;
  for (const auto& row : rows) users.insert(row.user.id);
  std::string out = R"({"num_clients":)";
  append_number(out, rows.size());
  out += R"(,"num_users":)";
  append_number(out, users.size());
  return out += '}';
}

}  // namespace

void presence(Call call) { load(std::move(call), people); }
void presence_stats(Call call) { load(std::move(call), counts); }

}  // namespace chat::api
