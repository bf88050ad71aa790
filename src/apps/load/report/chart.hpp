#pragma once

#include <string>
#include <utility>
#include <vector>

namespace chat::load {

/// Lines or bars over a common x axis, drawn as inline SVG. The page's style sheet gives the classes s0, s1 … colours.
struct Chart {
  struct Tick {
    double at = 0;
    std::string label;
  };
  struct Series {
    std::string name;
    std::vector<std::pair<double, double>> points;  // by x
  };

  std::string title;
  std::vector<Tick> ticks;  // of the x axis, which reaches from the first to the last
  std::vector<Series> series;
  bool is_logarithmic = false;
  bool has_bars = false;

  std::string svg() const;
};

/// At most about a dozen ticks from 0 to `seconds`.
std::vector<Chart::Tick> time_ticks(double seconds);

/// 1234567 as "1.23 M".
std::string short_number(double value);

}  // namespace chat::load
