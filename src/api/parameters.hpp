#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/codec/json/json_view.hpp"
#include "chat/core/error.hpp"
#include "chat/core/message.hpp"

namespace chat::api {

/// Reads the parameters of one call. Each method reads all that it knows and then calls expect_no_more(); the first
/// fault is thrown as a Failure, bad_request with a sentence that names the parameter. `text` outlives it.
class Parameters {
 public:
  /// `text`: an object. Throws a Failure if it is none, or no JSON.
  explicit Parameters(std::string_view text);
  /// Of an object that could be read.
  explicit Parameters(JsonView object);

  /// A text of at most `most` bytes; nullopt: not given, or null.
  std::optional<std::string> text(std::string_view name, std::size_t most = 128);
  std::string required_text(std::string_view name, std::size_t most = 128);
  std::optional<std::uint64_t> number(std::string_view name);
  bool flag(std::string_view name);
  /// A list of 1 to `most` texts; empty: not given.
  std::vector<std::string> texts(std::string_view name, std::size_t most);
  std::optional<JsonView> value(std::string_view name);

  /// The name of a room: "room", or "channel" as in the API of Centrifugo.
  std::string room();
  /// The same if it is given.
  std::optional<std::string> optional_room();
  /// A user, by the subject of tokens or the public id: the public id.
  std::optional<std::string> user(std::string_view name = "user");
  std::string required_user();
  /// The public ids of a list of users.
  std::vector<std::string> users(std::string_view name, std::size_t most);
  /// The id of a session: "session", or "client" as in the API of Centrifugo; empty: not given.
  std::string session();
  /// Any JSON that clients can read.
  std::optional<JsonView> json(std::string_view name);
  /// "data".
  std::optional<JsonView> data() { return json("data"); }
  /// "text", or "data". An object {"text": "…"} is a text message.
  Content content();

  /// Throws if there is a parameter that no call above has asked for.
  void expect_no_more() const;

 private:
  struct Member {
    std::string name;
    JsonView value;
    bool is_read = false;
  };
  Member* find(std::string_view name);

  std::vector<Member> members_;
};

/// Whether the name of a room is one; throws a Failure otherwise.
void check_room(const std::string& name);

}  // namespace chat::api
