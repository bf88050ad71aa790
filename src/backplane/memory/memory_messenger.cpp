#include "backplane/memory/memory_messenger.hpp"

#include <utility>

#include "backplane/memory/memory_bus.hpp"

namespace chat {

void MemoryMessenger::listen(std::string address, Handler handler, Completion<bool> done) {
  bus_.listeners.insert_or_assign(std::move(address), MemoryBus::Listener{this, std::move(handler)});
  posting_.later([done = std::move(done)] { done(true); });
}

void MemoryMessenger::unlisten(std::string_view address) {
  const auto listener = bus_.listeners.find(address);
  if (listener != bus_.listeners.end()) bus_.listeners.erase(listener);
}

void MemoryMessenger::ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) {
  const std::uint64_t number = pending_.add(most, std::move(done));
  posting_.later([this, number, address = std::move(address), request = std::move(request)] {
    const auto listener = bus_.listeners.find(address);
    if (listener == bus_.listeners.end()) {
      return pending_.complete(number, Failure{ErrorCode::not_found, "no node listens there"});
    }
    listener->second.handler(request, [this, number](std::string answer) {
      posting_.later([this, number, answer = std::move(answer)] { pending_.complete(number, answer); });
    });
  });
}

void MemoryMessenger::stop() {
  std::erase_if(bus_.listeners, [this](const auto& listener) { return listener.second.node == this; });
  pending_.clear();
}

}  // namespace chat
