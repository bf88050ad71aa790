#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the process with the broken assumption and its place. Stays on in release builds: a server that continues with
/// a broken invariant could acknowledge a message that it does not have.
#define CHAT_ASSERT(condition)                                                               \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
