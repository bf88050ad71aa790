#pragma once

#include <unistd.h>

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

namespace chat::load {

/// Shows the progress on stderr: in one line on a terminal, line by line elsewhere.
class Progress {
 public:
  void line(std::string_view text) const {
    if (is_terminal_) {
      fmt::print(stderr, "\r{}\x1b[K", text);
    } else {
      fmt::print(stderr, "{}\n", text);
    }
    std::fflush(stderr);
  }

  void clear() const {
    if (is_terminal_) fmt::print(stderr, "\r\x1b[K");
  }

 private:
  bool is_terminal_ = isatty(STDERR_FILENO) != 0;
};

}  // namespace chat::load
