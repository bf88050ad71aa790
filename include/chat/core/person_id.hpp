#pragma once

#include <array>
#include <string>
#include <string_view>

namespace chat {

/// A person's public id, as bytes: as many as a std::string holds the text of without memory of its own.
using PersonId = std::array<char, 9>;

/// Two connections with one secret are one person; nobody can take an id without its secret.
PersonId person_of(std::string_view secret);
/// The person with this subject in tokens. Never the same as that of a secret.
PersonId person_of_subject(std::string_view subject);
/// A person without a secret.
PersonId new_person();

/// As others see it: letters and digits, which may stand in the name of a room (`inbox.<user id>`).
std::string to_text(const PersonId& person);

/// The public id of a token's subject. It is the subject itself if that can stand in the name of a room: 1 to 30 of
/// a-z 0-9 _ -, beginning with a letter or a digit. Another subject, and one that looks like the id of a guest, gets an
/// id that is derived from it, as guests have: so no choice of a user name takes the id of another person.
std::string user_id_of_subject(std::string_view subject);

/// The public id that `written` stands for where an operator names a person: a public id stands for itself, another
/// text is a token's subject.
std::string user_id_of(std::string_view written);

/// The reserved ids of applications: "app." and 1 to 30 of a-z 0-9 _ -, the first a letter or a digit. No guest and no
/// token's user has an id with a dot.
bool is_application_id(std::string_view id);

}  // namespace chat
