#pragma once

#include <array>

namespace chat {

/// A person's public id, as bytes: as many as a std::string holds the text of without memory of its own.
using PersonId = std::array<char, 9>;

/// The person for whom a session speaks, as a Policy sees it. Every principal is a guest for now: known by a secret of
/// its own, or new. All zero before the client's first request.
struct Principal {
  PersonId person{};
  bool operator==(const Principal&) const = default;
};

}  // namespace chat
