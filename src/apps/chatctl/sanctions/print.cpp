#include "apps/chatctl/sanctions/print.hpp"

#include <cstdio>
#include <string>

#include "chat/core/names.hpp"

namespace chat::ctl {

void print(const Sanction& sanction) {
  const std::string kind(name_of(sanction.kind));
  const bool has_room = is_of_room(sanction.kind);
  const std::string room = sanction.room.empty() ? (has_room ? "*" : "-") : group_of_room(sanction.room);
  const std::string until = sanction.until == Sanction::kForGood ? "for good" : "until " + to_rfc3339(sanction.until);
  std::printf("%-12s  %-30s  %-20s  %-30s", kind.c_str(), sanction.subject.c_str(), room.c_str(), until.c_str());
  if (sanction.issued_before > 0) std::printf("  tokens before %s", to_rfc3339(sanction.issued_before).c_str());
  if (!sanction.reason.empty()) std::printf("  \"%s\"", sanction.reason.c_str());
  if (!sanction.by.empty()) std::printf("  by %s", sanction.by.c_str());
  std::puts("");
}

}  // namespace chat::ctl
