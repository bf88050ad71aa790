#include "chat/sessions/identity.hpp"

#include <algorithm>

#include "chat/base/digest.hpp"

namespace chat {

namespace {

PersonId first_of(std::string_view bytes) {
  PersonId person;
  std::copy_n(bytes.begin(), person.size(), person.begin());
  return person;
}

}  // namespace

PersonId person_of(std::string_view secret) { return first_of(sha256("guest:" + std::string(secret))); }

PersonId new_person() { return first_of(random_bytes(sizeof(PersonId))); }

std::string to_text(const PersonId& person) { return to_base32({person.data(), person.size()}); }

}  // namespace chat
