#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chat/core/error.hpp"
#include "chat/hooks/hook_event.hpp"

namespace chat {

/// An entry of the durable queue of events.
struct QueuedEvent {
  std::string id;  // of the entry: the delivery id, by which the application drops repetitions
  HookEvent event = HookEvent::connected;
  std::string key;     // events of one key are delivered in order: the room, else the user
  std::string room{};  // empty: none
  std::string body;    // as encode(HookRequest) makes it
};

/// Names and values as they stand in the queue.
using EventFields = std::vector<std::pair<std::string, std::string>>;

/// An event from its entry; any program may have written that. Errors: bad_request, with a sentence.
Result<QueuedEvent> to_queued_event(std::string id, const EventFields& fields);

/// A durable queue of events, read by one node at a time. Entries that were not acknowledged come again, here or on
/// another node. A node that loses the queue destroys its EventDelivery, which forgets all entries; a new one begins
/// with the oldest. Thread: the loop of EventDelivery, completions too.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// Calls `take` once with the next events, oldest first, as soon as there are some.
  virtual void next(std::function<void(std::vector<QueuedEvent>)> take) = 0;
  /// The application has the event, or does not want it.
  virtual void acknowledge(const std::string& id) = 0;
  /// Moves the event to the dead letters.
  virtual void bury(const std::string& id, const std::string& reason) = 0;
};

}  // namespace chat
