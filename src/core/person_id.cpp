#include "chat/core/person_id.hpp"

#include <algorithm>

#include "chat/base/digest.hpp"
#include "chat/core/derived_id.hpp"

namespace chat {
namespace {

constexpr std::size_t kDerivedLetters = 15;  // of PersonId in base32
constexpr std::string_view kApplication = "app.";
constexpr std::size_t kMaxPlainBytes = 30;  // two of them, "dm." and a dot are a room's name

PersonId first_of(std::string_view bytes) {
  PersonId person;
  std::copy_n(bytes.begin(), person.size(), person.begin());
  return person;
}

bool is_plain_id(std::string_view subject) {
  const auto is_alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (subject.empty() || subject.size() > kMaxPlainBytes || !is_alphanumeric(subject.front())) return false;
  return std::all_of(subject.begin(), subject.end(),
                     [&](char c) { return is_alphanumeric(c) || c == '_' || c == '-'; });
}

}  // namespace

bool is_derived_id(std::string_view id) { return id.size() == kDerivedLetters && !from_base32(id).empty(); }

PersonId person_of(std::string_view secret) { return first_of(sha256("guest:" + std::string(secret))); }

PersonId person_of_subject(std::string_view subject) { return first_of(sha256("subject:" + std::string(subject))); }

PersonId new_person() { return first_of(random_bytes(sizeof(PersonId))); }

std::string to_text(const PersonId& person) { return to_base32({person.data(), person.size()}); }

std::string user_id_of_subject(std::string_view subject) {
  return is_plain_id(subject) && !is_derived_id(subject) ? std::string(subject) : to_text(person_of_subject(subject));
}

bool is_application_id(std::string_view id) {
  return id.starts_with(kApplication) && is_plain_id(id.substr(kApplication.size()));
}

std::string user_id_of(std::string_view written) {
  return is_derived_id(written) ? std::string(written) : user_id_of_subject(written);
}

}  // namespace chat
