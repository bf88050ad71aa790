#include <utility>

#include "chat/backplane/presence_store.hpp"
#include "chat/base/utf8.hpp"

// One person a line: "+<id> <name>" or "-<id>", after a first line with the instance. Names have no control characters.
namespace chat {

std::string encode(const PresenceChange& change) {
  std::string out = change.instance;
  for (const auto& user : change.joined) out += "\n+" + user.id + ' ' + user.name;
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
  PresenceChange change;
  change.instance = next_line();
  if (change.instance.empty()) return Failure{ErrorCode::bad_request, "no instance"};
  while (!payload.empty()) {
    const auto line = next_line();
    const auto blank = line.find(' ');
    if (line.size() > 1 && line[0] == '-') {
      change.left.emplace_back(line.substr(1));
    } else if (line.size() > 1 && line[0] == '+' && blank != std::string_view::npos &&
               is_user_name(line.substr(blank + 1))) {
      change.joined.push_back({std::string(line.substr(1, blank - 1)), std::string(line.substr(blank + 1))});
    } else {
      return Failure{ErrorCode::bad_request, "neither + nor - at the start of a line"};
    }
  }
  return change;
}

}  // namespace chat
