#pragma once

#ifdef CHAT_MUTANTS
#include <cstdlib>
#include <string_view>
#endif

namespace chat {

/// Whether this process is to break one of its promises on purpose, to show that the fault test notices. Only the
/// program chatd-mutant, which is built with CHAT_MUTANTS for tests/chaos, can: it is told which by the variable
/// MUTANT. In chatd this is the constant false and costs nothing.
#ifdef CHAT_MUTANTS
inline bool is_mutant(std::string_view name) {
  static const char* const chosen = std::getenv("MUTANT");
  return chosen != nullptr && name == chosen;
}
#else
constexpr bool is_mutant(const char*) { return false; }
#endif

}  // namespace chat
