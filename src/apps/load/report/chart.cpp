#include "apps/load/report/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace chat::load {
namespace {

constexpr double kWidth = 760;
constexpr double kHeight = 240;
constexpr double kLeft = 56;
constexpr double kRight = 26;
constexpr double kTop = 12;
constexpr double kBottom = 24;

/// Maps values to heights between the bottom and the top.
class Scale {
 public:
  Scale(double lowest, double highest, bool is_logarithmic) : is_logarithmic_(is_logarithmic) {
    if (is_logarithmic) {
      low_ = std::floor(std::log10(std::max(lowest, 1e-3)));
      high_ = std::max(low_ + 1, std::ceil(std::log10(std::max(highest, 1e-3))));
      for (double power = low_; power <= high_; ++power) marks_.push_back(std::pow(10, power));
    } else {
      high_ = highest > 0 ? highest * 1.05 : 1;
      const double step = round_step(high_ / 4);
      for (double mark = 0; mark <= high_; mark += step) marks_.push_back(mark);
    }
  }

  double y(double value) const {
    const double at = is_logarithmic_ ? std::log10(std::max(value, 1e-3)) : value;
    const double share = std::clamp((at - low_) / (high_ - low_), 0.0, 1.0);
    return kHeight - kBottom - share * (kHeight - kBottom - kTop);
  }
  const std::vector<double>& marks() const { return marks_; }

  /// 1, 2 or 5 times a power of ten, at least `least`.
  static double round_step(double least) {
    const double power = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (factor * power >= least) return factor * power;
    }
    return 10 * power;
  }

 private:
  bool is_logarithmic_;
  double low_ = 0;
  double high_ = 1;
  std::vector<double> marks_;
};

Scale scale_of(const Chart& chart) {
  double lowest = 1e12;
  double highest = 0;
  for (const auto& series : chart.series) {
    for (const auto& [x, y] : series.points) {
      if (y > 0) lowest = std::min(lowest, y);
      highest = std::max(highest, y);
    }
  }
  return {std::min(lowest, highest), highest, chart.is_logarithmic};
}

}  // namespace

std::string Chart::svg() const {
  std::string out =
      fmt::format(R"(<figure><figcaption>{}</figcaption><svg viewBox="0 0 {} {}" role="img">)", title, kWidth, kHeight);
  const auto add = [&out]<typename... Args>(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
  };
  const Scale scale = scale_of(*this);
  const double first = ticks.front().at;
  const double span = std::max(ticks.back().at - first, 1e-9);
  const auto place = [&](double x) { return kLeft + (x - first) / span * (kWidth - kLeft - kRight); };
  const double floor = kHeight - kBottom;

  for (const double mark : scale.marks()) {
    add(R"(<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>)", kLeft, kWidth - kRight, scale.y(mark),
        scale.y(mark));
    add(R"(<text class="y" x="{}" y="{:.1f}">{}</text>)", kLeft - 6, scale.y(mark) + 4, short_number(mark));
  }
  for (const auto& tick : ticks) {
    add(R"(<text class="x" x="{:.1f}" y="{}">{}</text>)", place(tick.at), kHeight - 6, tick.label);
  }
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (has_bars) {
      for (const auto& [x, y] : series[i].points) {
        add(R"(<rect class="s{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>)", i, place(x - 1) + 0.5,
            scale.y(y), std::max(1.0, place(x) - place(x - 1) - 1), floor - scale.y(y));
      }
    } else {
      add(R"(<polyline class="s{}" points=")", i);
      for (const auto& [x, y] : series[i].points) add("{:.1f},{:.1f} ", place(x), scale.y(y));
      out += R"("/>)";
    }
  }
  out += R"(</svg><p class="legend">)";
  for (std::size_t i = 0; i < series.size(); ++i) add(R"(<span class="s{}">{}</span> )", i, series[i].name);
  return out + "</p></figure>\n";
}

std::vector<Chart::Tick> time_ticks(double seconds) {
  const double step = std::max(1.0, Scale::round_step(seconds / 12));
  std::vector<Chart::Tick> ticks;
  for (double at = 0; at < seconds - step / 2; at += step) ticks.push_back({at, fmt::format("{:.0f} s", at)});
  ticks.push_back({seconds, fmt::format("{:.0f} s", seconds)});
  return ticks;
}

std::string short_number(double value) {
  if (value >= 1e6) return fmt::format("{:.3g} M", value / 1e6);
  if (value >= 1e4) return fmt::format("{:.3g} k", value / 1e3);
  return fmt::format("{:.4g}", value);
}

}  // namespace chat::load
