#include "server/signals.hpp"

#include <utility>

#include "chat/base/log.hpp"

namespace chat {
namespace {

const char* name_of(int signal) { return signal == SIGUSR1 ? "SIGUSR1" : "SIGUSR2"; }

}  // namespace

void Signals::start(std::function<void()> on_stop, std::function<void()> on_reload) {
  on_stop_ = std::move(on_stop);
  on_reload_ = std::move(on_reload);
  wait_for_stop();
  wait_for_other();
}

void Signals::wait_for_stop() {
  stop_.async_wait([this](boost::system::error_code error, int) {
    if (error) return;
    wait_for_stop();
    on_stop_();
  });
}

void Signals::wait_for_other() {
  other_.async_wait([this](boost::system::error_code error, int signal) {
    if (error) return;
    signal == SIGHUP ? on_reload_() : log_info("signal_ignored", {{"signal", name_of(signal)}});
    wait_for_other();
  });
}

}  // namespace chat
