#pragma once

#include <array>
#include <memory>
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
  /// A token has shown who the user is.
  void authenticate(std::shared_ptr<const Identity> identity);

  /// Whether a hello would change the person or the name.
  bool is_changed_by(const Hello& hello) const;
  void become(const Hello& hello);
  void rename(std::string name) { name_ = std::move(name); }
  /// A token has said the name: the client cannot choose another.
  bool has_fixed_name() const { return principal_.identity && !principal_.identity->name.empty(); }

  /// Whether this token shows the person; null: whether the person has shown none.
  bool is_shown_by(const Identity* token) const {
    return principal_.identity ? principal_.identity->is_shown_by(token) : token == nullptr;
  }
  /// The end of the person's token; 0: there is none, or it does not end.
  UnixMs expires() const { return principal_.identity ? principal_.identity->expires_at : 0; }

  const Principal& principal() const { return principal_; }
  const std::string& name() const { return name_; }
  std::string session_id() const;
  std::string user_id() const;
  /// Stands for (user, producer) in stored messages without giving the producer away. `user_id`: user_id().
  std::string sender(std::string_view user_id) const;
  /// The client has asked for the traces of its messages.
  bool is_traced() const { return traced_; }
  User user() const { return {user_id(), name_, principal_.identity ? principal_.identity->info : std::string()}; }
  /// Whether this is the person, given the id, and what its letters stand for if it is that of a guest.
  bool is(std::string_view id, std::string_view bytes) const {
    return principal_.identity ? principal_.identity->user_id == id
                               : std::string_view(principal_.person.data(), sizeof(PersonId)) == bytes;
  }

 private:
  PersonId shown_in(const Hello& hello) const;

  std::array<char, 8> session_id_;
  Principal principal_;
  std::optional<std::array<char, 11>> sender_;  // none: the person's id
  bool greeted_ = false;
  bool traced_ = false;
  bool identified_ = false;  // the id comes from a secret of the client's
  std::string name_;
};

}  // namespace chat
