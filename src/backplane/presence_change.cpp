#include <utility>

#include "chat/backplane/presence_store.hpp"
#include "chat/base/utf8.hpp"

// One person a line: "+<id> <name>" or "-<id>", after a first line with the instance; behind a "+" perhaps "=<info>".
// Names and info have no control characters.
namespace chat {

bool is_node_instance(std::string_view text) {
  const auto node = node_of(text);
  if (node.size() == text.size() || !is_node_id(node)) return false;
  const auto life = text.substr(node.size() + 1);
  return !life.empty() && life.size() <= 32 &&
         life.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
}

std::string encode(const PresenceChange& change) {
  std::string out = change.instance;
  for (const auto& user : change.joined) {
    out += "\n+" + user.id + ' ' + user.name;
    if (!user.info.empty()) (out += "\n=") += user.info;
  }
  for (const auto& id : change.left) out += "\n-" + id;
  return out;
}

Result<PresenceChange> decode_presence_change(std::string_view payload) {
  const auto next_line = [&payload] {
    const auto end = payload.find('\n');
    const auto line = payload.substr(0, end);
    payload.remove_prefix(end == std::string_view::npos ? payload.size() : end + 1);
    return line;
  };
  if (!is_utf8(payload)) return Failure{ErrorCode::bad_request, "not UTF-8"};  // clients are shown all of it
  PresenceChange change;
  change.instance = next_line();
  if (!is_node_instance(change.instance)) return Failure{ErrorCode::bad_request, "no instance of a node"};
  while (!payload.empty()) {
    const auto line = next_line();
    const auto blank = line.find(' ');
    if (line.size() > 1 && line[0] == '-' && is_user_id(line.substr(1))) {
      change.left.emplace_back(line.substr(1));
    } else if (line.size() > 1 && line[0] == '+' && blank != std::string_view::npos &&
               is_user_id(line.substr(1, blank - 1)) && is_user_name(line.substr(blank + 1))) {
      change.joined.push_back({std::string(line.substr(1, blank - 1)), std::string(line.substr(blank + 1))});
    } else if (line.size() > 1 && line[0] == '=' && !change.joined.empty()) {
      change.joined.back().info = line.substr(1);
    } else {
      return Failure{ErrorCode::bad_request, "a line is not +<user id> <name> or -<user id>"};
    }
  }
  return change;
}

}  // namespace chat
