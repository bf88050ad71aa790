#include "server/loops.hpp"

#include <boost/asio/executor_work_guard.hpp>

namespace chat {

namespace asio = boost::asio;

Loops::Loops(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) loops_.emplace_back(1);
}

void Loops::run() {
  struct End {  // even if a handler throws
    Loops& loops;
    ~End() {
      loops.stop();
      for (auto& thread : loops.threads_) thread.join();
    }
  } end{*this};
  for (std::size_t i = 1; i < loops_.size(); ++i) {
    threads_.emplace_back([&loop = loops_[i]] {
      const auto work = asio::make_work_guard(loop);
      loop.run();
    });
  }
  const auto work = asio::make_work_guard(first());
  first().run();
}

void Loops::stop() {
  for (auto& loop : loops_) loop.stop();
}

}  // namespace chat
