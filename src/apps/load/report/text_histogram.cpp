#include "apps/load/report/text_histogram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

namespace chat::load {
namespace {

constexpr double kColumns = 50;

struct Bar {
  std::int64_t top;  // µs
  std::uint64_t count = 0;
};

/// 1, 2, 5, 10 … up to the first that is not below `max`.
std::vector<Bar> bars_up_to(std::int64_t max) {
  std::vector<Bar> bars;
  for (std::int64_t power = 1; bars.empty() || bars.back().top < max; power *= 10) {
    for (const int factor : {1, 2, 5}) bars.push_back({factor * power});
  }
  return bars;
}

std::string duration(std::int64_t us) {
  if (us < 1000) return fmt::format("{} µs", us);
  if (us < 1'000'000) return fmt::format("{} ms", us / 1000);
  return fmt::format("{} s", us / 1'000'000);
}

std::string blocks(double columns) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  std::string bar;
  for (int i = 0; i < static_cast<int>(columns); ++i) bar += "█";
  bar += kEighths[static_cast<int>((columns - std::floor(columns)) * 8)];
  return bar.empty() ? "▏" : bar;
}

}  // namespace

std::string text_histogram(const Histogram& histogram) {
  if (histogram.count() == 0) return {};
  auto bars = bars_up_to(histogram.max());
  histogram.each_bucket([&bars, &histogram](std::int64_t top, std::uint64_t count) {
    std::ranges::lower_bound(bars, std::min(top, histogram.max()), {}, &Bar::top)->count += count;
  });
  const auto is_used = [](const Bar& bar) { return bar.count > 0; };
  const auto first = std::ranges::find_if(bars, is_used);
  const auto last = std::find_if(bars.rbegin(), bars.rend(), is_used).base();
  const auto most = static_cast<double>(std::ranges::max_element(bars, {}, &Bar::count)->count);

  std::string out;
  for (auto bar = first; bar != last; ++bar) {
    const auto count = static_cast<double>(bar->count);
    // fmt would count µ as two bytes: the padding is computed here.
    const std::string top = duration(bar->top);
    const std::size_t width = top.size() - (bar->top < 1000 ? 1 : 0);
    fmt::format_to(std::back_inserter(out), "  ≤ {}{} {:>7.3f} % {}\n", std::string(width < 7 ? 7 - width : 0, ' '),
                   top, count * 100 / static_cast<double>(histogram.count()),
                   bar->count == 0 ? "" : blocks(count / most * kColumns));
  }
  return out;
}

}  // namespace chat::load
