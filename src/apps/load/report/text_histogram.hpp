#pragma once

#include <string>

#include "apps/load/check/histogram.hpp"

namespace chat::load {

/// The histogram as lines, one bar for each step of 1, 2, 5, 10 … µs.
std::string text_histogram(const Histogram& histogram);

}  // namespace chat::load
