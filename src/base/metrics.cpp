#include "chat/base/metrics.hpp"

#include <algorithm>

#include "chat/base/assert.hpp"

namespace chat {
namespace {

constexpr std::size_t kMaxMetrics = 128;
constexpr std::size_t kMaxThreads = 1024;

struct Row {
  const char* name = nullptr;
  const char* help = nullptr;
  std::size_t cell = 0;
  const std::vector<std::uint64_t>* bounds = nullptr;
};

/// Rows and threads are only ever added, each before its number counts, so that a scrape needs no lock. Made at the
/// first use: metrics in other files register before main().
struct Registry {
  std::array<Row, kMaxMetrics> rows;
  std::atomic<std::size_t> row_count{0};
  std::atomic<std::size_t> cell_count{0};
  std::array<std::atomic<const metrics::Cells*>, kMaxThreads> threads{};
  std::atomic<std::size_t> thread_count{0};
};

Registry& registry() {
  static Registry all;
  return all;
}

std::size_t add_row(const char* name, const char* help, std::size_t cells, const std::vector<std::uint64_t>* bounds) {
  const std::size_t cell = registry().cell_count.fetch_add(cells);
  CHAT_ASSERT(cell + cells <= metrics::kCells);
  const std::size_t number = registry().row_count.fetch_add(1);
  CHAT_ASSERT(number < kMaxMetrics);
  registry().rows[number] = {name, help, cell, bounds};
  return cell;
}

/// Never deleted: the counts of a thread stay when it has ended.
metrics::Cells* make_cells() {
  const std::size_t number = registry().thread_count.fetch_add(1);
  CHAT_ASSERT(number < kMaxThreads);
  auto* cells = new metrics::Cells{};
  registry().threads[number].store(cells, std::memory_order_release);
  return cells;
}

std::uint64_t total_of(std::size_t cell) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < registry().thread_count.load(); ++i) {
    const auto* cells = registry().threads[i].load(std::memory_order_acquire);
    if (cells != nullptr) total += (*cells)[cell].load(std::memory_order_relaxed);
  }
  return total;
}

constinit thread_local metrics::Cells* cells_of_thread = nullptr;

}  // namespace

metrics::Cells& metrics::own_cells() {
  if (cells_of_thread == nullptr) [[unlikely]]
    cells_of_thread = make_cells();
  return *cells_of_thread;
}

Counter::Counter(const char* name, const char* help) : cell_(add_row(name, help, 1, nullptr)) {}

Histogram::Histogram(const char* name, const char* help, std::initializer_list<std::uint64_t> bounds)
    : bounds_(bounds) {
  cell_ = add_row(name, help, bounds_.size() + 2, &bounds_);
}

void Histogram::observe(std::uint64_t value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  metrics::add(cell_ + static_cast<std::size_t>(bucket), 1);
  metrics::add(cell_ + bounds_.size() + 1, value);
}

std::vector<metrics::Sample> metrics::collect() {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < registry().row_count.load(); ++i) {
    const Row& row = registry().rows[i];
    Sample sample{row.name, row.help, {}, {}};
    const std::size_t buckets = row.bounds == nullptr ? 1 : row.bounds->size() + 1;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) sample.counts.push_back(total_of(row.cell + bucket));
    if (row.bounds != nullptr) {
      sample.bounds = *row.bounds;
      sample.sum = total_of(row.cell + buckets);
    }
    samples.push_back(std::move(sample));
  }
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return std::string_view(a.name) < b.name; });
  return samples;
}

}  // namespace chat
