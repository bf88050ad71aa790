#pragma once

#include <utility>

namespace chat {

/// Empties a string, a vector, or an object made of such, and gives its memory back. Assigning an empty one, or `{}`,
/// keeps it.
template <class Container>
void release(Container& container) {
  Container empty;
  std::swap(container, empty);
}

}  // namespace chat
