#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// The questions of the application that wait for the answer of one client. Thread: the session's, for completions too.
/// Owner: the session; questions that wait at its end complete with not_found.
class Asks {
 public:
  static constexpr std::size_t kMax = 16;

  Asks() = default;
  ~Asks();
  Asks(const Asks&) = delete;
  Asks& operator=(const Asks&) = delete;

  /// The id of a new question; nullopt: too many wait. Forgets those that are due, which have been given up.
  std::optional<std::string> add(Instant now, Instant due, Completion<std::string> done);
  /// False: no question with this id waits.
  bool answer(std::string_view id, Result<std::string> answer);

 private:
  struct Waiting {
    std::string id;
    Instant due;
    Completion<std::string> done;
  };
  std::vector<Waiting> waiting_;
  std::uint64_t count_ = 0;  // so far
};

}  // namespace chat
