#pragma once

namespace chat {

/// Empties a string or a vector and gives its memory back. Assigning an empty one, or `{}`, keeps it.
template <class Container>
void release(Container& container) {
  Container().swap(container);
}

}  // namespace chat
