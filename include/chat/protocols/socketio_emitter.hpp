#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

class Session;

/// Carries out on the sessions of this node what programs say with @socket.io/redis-emitter; each node does. At most
/// once, and beside the logs of rooms. A packet that cannot be read is dropped, counted, and logged rarely.
/// Thread: the backplane loop. Owner: the node. Bound: kMaxUnderWay packets; is_full() then.
class SocketIOEmitter {
 public:
  static constexpr std::size_t kMaxUnderWay = 256;
  /// Calls the function for each session of the node, on the session's thread.
  using ForEachSession = std::function<void(std::function<void(Session&)>)>;

  /// `prefix`: the emitter's `key`.
  SocketIOEmitter(std::string prefix, ForEachSession for_each_session);

  /// Of the channels to hear.
  std::vector<std::string> patterns() const;
  void on_message(std::string_view channel, std::string_view payload);
  bool is_full() const { return *under_way_ >= kMaxUnderWay; }

 private:
  const std::string prefix_;
  ForEachSession for_each_session_;
  std::shared_ptr<std::atomic<std::size_t>> under_way_ = std::make_shared<std::atomic<std::size_t>>(0);
};

/// 1 to 64 of letters, digits, _ - . and :, because other characters have a meaning in a pattern.
bool is_emitter_prefix(std::string_view prefix);

}  // namespace chat
