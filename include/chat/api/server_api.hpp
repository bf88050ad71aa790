#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "chat/api/api_keys.hpp"
#include "chat/api/cluster_operations.hpp"
#include "chat/api/session_control.hpp"
#include "chat/auth/sanction_book.hpp"
#include "chat/backplane/cluster_services.hpp"
#include "chat/core/policy.hpp"
#include "chat/rooms/moderation.hpp"
#include "chat/rooms/trace_sink.hpp"
#include "chat/rooms/trace_starts.hpp"

namespace chat {

/// The parts of a node that the server API works with; they outlive it.
struct ApiParts {
  ClusterServices& backends;
  SanctionBook& sanctions;
  Moderation& moderation;
  SessionControl& sessions;
  ClusterOperations& operations;
  const Policy& policy;
  const Clock& clock;
  std::string node;               // id
  TraceStarts* traces = nullptr;  // null: no message is traced
  TraceSink* hops = nullptr;      // the same
};

/// The server API: what an application may ask of the cluster. A call has a method, parameters in JSON and the key of
/// its caller; its result is JSON. src/api/README.md describes the methods. Thread: the backplane loop.
/// Errors: unknown_type (no such method), forbidden (the key lacks the scope), bad_request, bad_room, too_large,
/// not_found, out_of_sequence (the position cannot be continued), busy, unavailable.
class ServerApi {
 public:
  static constexpr std::size_t kMaxRooms = 1000;    // of a broadcast
  static constexpr std::size_t kMaxCommands = 100;  // of a batch

  explicit ServerApi(ApiParts parts) : parts_(std::move(parts)) {}
  ServerApi(const ServerApi&) = delete;
  ServerApi& operator=(const ServerApi&) = delete;

  /// Calls `done` once, perhaps before it returns. `traceparent`: a published message follows this trace.
  void call(std::string_view method, std::string_view parameters, const ApiKey& key, Completion<std::string> done,
            std::string_view traceparent = {});

 private:
  ApiParts parts_;
};

}  // namespace chat
