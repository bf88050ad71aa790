#pragma once

#include <functional>
#include <memory>

#include "chat/auth/sanction_store.hpp"
#include "chat/auth/sanctions.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/snapshot.hpp"

namespace chat {

/// Keeps this node's snapshot of the cluster's sanctions: reads the list when it has changed, and drops what has ended.
/// While the store is away the last snapshot holds. If the store has lost the list, the node writes its snapshot back,
/// less what has ended. Has no timer of its own: its owner calls check() when asked to.
/// Thread: the backplane loop; snapshot() any. Owner: the node; `kv` and `clock` must outlive it, and it must live
/// until Backplane::stop().
class SanctionBook {
 public:
  struct Events {
    /// Call check() after so long; the last call counts.
    std::function<void(Milliseconds)> wake_after;
    /// The snapshot is another one.
    std::function<void()> on_changed;
  };
  /// After the list could not be read.
  static constexpr Milliseconds kRetry{200};
  /// At most so long until the next look at the wall clock, which may jump, and at the list, which the store may lose
  /// without a word; so much more for each sanction, because the whole list is read.
  static constexpr Milliseconds kMaxWait{5'000};
  static constexpr Milliseconds kMaxWaitEach{10};

  SanctionBook(ClusterKv& kv, const Clock& clock, Events events);

  /// Watches the list from now on. Before Backplane::start() or later.
  void start();
  void check();

  /// See SanctionStore.
  void add(const Sanction& sanction, Completion<bool> done) { store_.add(sanction, std::move(done)); }
  void lift(Sanction::Kind kind, std::string_view subject, std::string_view room, Completion<bool> done) {
    store_.lift(kind, subject, room, std::move(done));
  }

  /// The list has been read once: a node that lets clients in before that does not know what is revoked.
  bool has_read() const { return has_read_; }

  const Snapshot<Sanctions>& published() const { return published_; }
  std::shared_ptr<const Sanctions> snapshot() const { return published_.get(); }

 private:
  void read();
  void take(std::vector<Sanction> sanctions);
  void take(SanctionStore::Reading reading);
  void restore();
  void look_again();
  void plan();

  ClusterKv& kv_;
  const Clock& clock_;
  Events events_;
  SanctionStore store_;
  Snapshot<Sanctions> published_;
  bool has_read_ = false;
  bool reading_ = false;
  bool read_again_ = false;  // the list has changed since that reading began, or it failed
  bool is_marked_ = false;   // the list had its mark at the last reading
  bool restoring_ = false;
  UnixMs look_at_ = 0;  // at the list
};

}  // namespace chat
