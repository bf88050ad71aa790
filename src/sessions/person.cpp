#include "chat/sessions/person.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/core/person_id.hpp"

namespace chat {
namespace {

template <std::size_t Size>
std::array<char, Size> first_bytes(std::string_view bytes) {
  std::array<char, Size> first;
  std::copy_n(bytes.begin(), Size, first.begin());
  return first;
}

template <std::size_t Size>
std::string to_base64url(const std::array<char, Size>& id) {
  return chat::to_base64url(std::string_view(id.data(), id.size()));
}

}  // namespace

Person::Person() : session_id_(first_bytes<8>(random_bytes(8))) {}

void Person::greet() {
  greeted_ = true;
  if (principal_.person == PersonId{}) principal_.person = new_person();
  if (name_.empty()) name_ = principal_.is_guest() ? "guest-" + random_hex(2) : principal_.user_id();
}

void Person::authenticate(std::shared_ptr<const Identity> identity) {
  const bool is_other = principal_.is_guest();
  principal_.identity = std::move(identity);
  principal_.person = person_of_subject(principal_.identity->subject);
  if (is_other) sender_ = first_bytes<11>(sha256(user_id() + ':' + session_id()));
  if (has_fixed_name()) name_ = principal_.identity->name;
}

/// A client that keeps only a producer is known by that: a repetition over another connection must come from the same
/// person.
PersonId Person::shown_in(const Hello& hello) const {
  if (!principal_.is_guest()) return principal_.person;
  const auto& secret = hello.identity_secret || identified_ ? hello.identity_secret : hello.producer;
  return secret ? person_of(*secret) : principal_.person;
}

bool Person::is_changed_by(const Hello& hello) const {
  return shown_in(hello) != principal_.person || (hello.name && !has_fixed_name() && *hello.name != name_);
}

void Person::become(const Hello& hello) {
  const PersonId person = shown_in(hello);
  const bool is_other = hello.producer || person != principal_.person;
  identified_ = identified_ || hello.identity_secret || hello.producer;
  principal_.person = person;
  if (is_other) {
    const std::string producer = hello.producer.value_or(session_id());
    sender_ = person_of(producer) == person ? std::nullopt
                                            : std::optional(first_bytes<11>(sha256(user_id() + ':' + producer)));
  }
  if (hello.name && !has_fixed_name()) name_ = *hello.name;
  traced_ = hello.trace.value_or(traced_);
}

std::string Person::session_id() const { return to_base64url(session_id_); }
std::string Person::user_id() const { return principal_.user_id(); }
std::string Person::sender(std::string_view user_id) const {
  return sender_ ? to_base64url(*sender_) : std::string(user_id);
}

}  // namespace chat
