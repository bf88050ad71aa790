#include "chat/hub/identity.hpp"

#include <algorithm>

#include "chat/base/digest.hpp"

namespace chat {

PersonId person_of(std::string_view secret) {
  PersonId person;
  std::copy_n(sha256("guest:" + std::string(secret)).begin(), person.size(), person.begin());
  return person;
}

std::string to_text(const PersonId& person) { return to_hex({person.data(), person.size()}); }

}  // namespace chat
