#include "chat/core/person_id.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(UserId, OfASubjectIsTheSubjectIfARoomsNameCanHaveIt) {
  for (const char* plain : {"ana", "u-1", "7", "a_b"}) EXPECT_EQ(user_id_of_subject(plain), plain);
  for (const std::string other : {"Ana", "ana@example.org", "-a", "a.b", "", "a23456789012345678901234567890x"}) {
    EXPECT_EQ(user_id_of_subject(other), to_text(person_of_subject(other))) << other;
  }
}

TEST(UserId, OfASubjectIsNeverThatOfAGuest) {
  const auto guest = to_text(person_of("a secret"));
  EXPECT_NE(user_id_of_subject(guest), guest);
}

TEST(UserId, ThatAnOperatorWritesIsAPublicIdOrASubject) {
  const auto guest = to_text(person_of("a secret"));
  const auto derived = user_id_of_subject("ana@example.org");
  EXPECT_EQ(user_id_of("ana"), "ana");
  EXPECT_EQ(user_id_of(guest), guest);
  EXPECT_EQ(user_id_of(derived), derived);
  EXPECT_EQ(user_id_of("ana@example.org"), derived);
}

TEST(PersonId, OfAnApplicationIsNoUsers) {
  for (const char* id : {"app.inbox", "app.7", "app.a_b-c"}) {
    EXPECT_TRUE(is_application_id(id)) << id;
    EXPECT_NE(user_id_of_subject(id), id);
  }
  for (const char* id : {"app.", "app", "app..a", "app.A", "app._", "apps.a", "ana"}) {
    EXPECT_FALSE(is_application_id(id)) << id;
  }
}

}  // namespace
}  // namespace chat
