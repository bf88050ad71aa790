#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "chat/core/command.hpp"
#include "chat/core/message.hpp"
#include "chat/core/principal.hpp"

namespace chat {

/// The person behind a session, as its requests have shown it: id, name, and which of the person's producers sends.
/// Ids are kept as bytes, because there are three for every client. Thread: the session's.
class Person {
 public:
  /// A session id by chance; nobody yet.
  Person();

  /// The client has said something.
  bool is_greeted() const { return greeted_; }
  /// The client's first request: a person that is not known by now is a new one with a name by chance.
  void greet();
  /// The person is known before the first request.
  void identify(const PersonId& person) { principal_.person = person; }

  /// Whether a hello would change the person or the name.
  bool is_changed_by(const Hello& hello) const;
  void become(const Hello& hello);
  void rename(std::string name) { name_ = std::move(name); }

  const Principal& principal() const { return principal_; }
  const std::string& name() const { return name_; }
  std::string session_id() const;
  std::string user_id() const;
  /// Stands for (user, producer) in stored messages without giving the producer away.
  std::string sender() const;
  User user() const { return {user_id(), name_}; }
  /// Whether this is the person, given the bytes of the id.
  bool is(std::string_view id) const { return std::string_view(principal_.person.data(), sizeof(PersonId)) == id; }

 private:
  PersonId shown_in(const Hello& hello) const;

  std::array<char, 8> session_id_;
  Principal principal_;
  std::optional<std::array<char, 11>> sender_;  // none: the person's id
  bool greeted_ = false;
  bool identified_ = false;  // the id comes from a secret of the client's
  std::string name_;
};

}  // namespace chat
