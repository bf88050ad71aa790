#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/cluster_services.hpp"

namespace chat {

/// ClusterServices whose answers and deliveries a test may hold back, as networks do: two connections know no order
/// between them.
class HeldBackends final : public ClusterServices, private Backplane, private BackplaneSink, private PresenceStore {
 public:
  /// With rooms on a second shard, the store has two, which a test may lose one by one.
  explicit HeldBackends(std::unique_ptr<ClusterServices> inner, std::set<std::string, std::less<>> on_second_shard = {})
      : inner_(std::move(inner)), on_second_shard_(std::move(on_second_shard)) {}

  Backplane& backplane() override { return *this; }
  PresenceStore& presence() override { return *this; }
  NodeRegistry& registry() override { return inner_->registry(); }
  Messenger& messenger() override { return inner_->messenger(); }
  ClusterKv& kv() override { return inner_->kv(); }
  RoomDirectory& directory() override { return inner_->directory(); }
  ClusterQueue& queue() override { return inner_->queue(); }
  ClusterEvents& events() override { return inner_->events(); }

  bool hold_states = false;
  bool drop_messages = false;         // the live stream loses publications
  Offset drop_offset = 0;             // or only this one
  bool fail_states = false;           // as while Redis refuses
  bool fail_reads = false;            // of the log
  bool fail_appends = false;          // whether it was stored is not known
  std::optional<LogState> next_life;  // the state of its logs, once the store has been emptied
  bool refuse_changes = false;        // of presence
  bool refuse_loads = false;          // of the same
  bool refuse_renewals = false;
  bool is_nearly_full = false;
  bool knows_only_me = false;                    // no node but this has renewed its lease yet
  std::map<std::string, Failure> refused_rooms;  // the store takes none of their messages, and why
  std::size_t appends = 0;
  std::size_t history_reads = 0;
  std::size_t renewals = 0;
  std::size_t refused_changes = 0;
  std::size_t refused_renewals = 0;

  std::size_t held() const { return held_.size(); }
  void release() {
    hold_states = false;
    for (auto& answer : std::exchange(held_, {})) answer();
  }
  /// As after a broken link: publications of that time may be missing.
  void interrupt() {
    go_away();
    come_back();
  }
  /// The backplane does; the other services may still answer.
  void go_away(StoreShard shard = 0) {
    away_.insert(shard);
    sink_->on_available(shard, false);
  }
  void come_back(StoreShard shard = 0) {
    away_.erase(shard);
    sink_->on_available(shard, true);
  }
  void deliver(std::string_view room, std::string_view epoch, Offset first, std::string_view body) {
    sink_->on_published(room, epoch, first, {&body, 1});
    sink_->on_batch_end();
  }

 private:
  static Failure not_now() { return {ErrorCode::unavailable, "not now"}; }

  void start(BackplaneSink& sink) override {
    sink_ = &sink;
    inner_->backplane().start(*this);
  }
  std::size_t store_shard_count() const override { return on_second_shard_.empty() ? 1 : 2; }
  StoreShard store_shard(std::string_view room) const override { return on_second_shard_.contains(room) ? 1 : 0; }
  void append(Append append, Completion<Appended> done) override {
    ++appends;
    if (is_lost(append.room)) return done(not_now());
    if (fail_appends) done = [done = std::move(done)](const Result<Appended>&) { done(not_now()); };
    if (const auto refused = refused_rooms.find(append.room); refused != refused_rooms.end()) {
      const auto refuse = [failure = refused->second, done = std::move(done)](const auto&) { done(failure); };
      return inner_->backplane().top(append.room, refuse);
    }
    inner_->backplane().append(std::move(append), std::move(done));
  }
  void subscribe(std::string room, Completion<LogState> done) override {
    if (is_lost(room)) return done(not_now());
    inner_->backplane().subscribe(std::move(room), maybe_held(std::move(done)));
  }
  void unsubscribe(std::string_view room) override { inner_->backplane().unsubscribe(room); }
  void state(std::string room, Completion<LogState> done) override {
    inner_->backplane().state(std::move(room), maybe_held(std::move(done)));
  }
  void top(std::string room, Completion<Position> done) override {
    inner_->backplane().top(std::move(room), [this, done = std::move(done)](Result<Position> top) {
      if (top && next_life) top = next_life->top;
      done(std::move(top));
    });
  }
  void history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) override {
    ++history_reads;
    if (fail_reads) done = [done = std::move(done)](const Result<std::vector<Message>>&) { done(not_now()); };
    inner_->backplane().history(std::move(room), query, std::move(done));
  }
  void signal(std::string_view room, Signal kind, std::string_view payload) override {
    inner_->backplane().signal(room, kind, payload);
  }
  void broadcast(std::string_view payload) override { inner_->backplane().broadcast(payload); }
  bool takes_new_rooms() const override { return !is_nearly_full; }
  void stop() override { inner_->backplane().stop(); }

  void change(std::string_view room, const PresenceChange& change, Completion<bool> done) override {
    if (refuse_changes) {
      ++refused_changes;
      return done(not_now());
    }
    inner_->presence().change(room, change, std::move(done));
  }
  void load(std::string room, Through through, Completion<std::vector<PresenceRow>> done) override {
    if (refuse_loads) return done(not_now());
    inner_->presence().load(std::move(room), through,
                            [this, done = std::move(done)](Result<std::vector<PresenceRow>> rows) {
                              if (rows && knows_only_me)
                                std::erase_if(*rows, [this](const PresenceRow& row) { return row.instance != me_; });
                              done(std::move(rows));
                            });
  }
  void renew(std::string_view instance, Completion<Lease> done) override {
    ++renewals;
    me_ = instance;
    if (refuse_renewals) ++refused_renewals;
    inner_->presence().renew(instance, [this, refused = refuse_renewals, done = std::move(done)](Result<Lease> lease) {
      if (refused) return done(not_now());
      if (lease && knows_only_me) lease->living = {me_};
      done(std::move(lease));
    });
  }
  void resign(std::string_view instance) override { inner_->presence().resign(instance); }

  Completion<LogState> maybe_held(Completion<LogState> done) {
    return [this, done = std::move(done)](Result<LogState> state) {
      if (state && next_life) state = *next_life;
      if (fail_states) state = not_now();
      if (!hold_states) return done(std::move(state));
      held_.push_back([done, state] { done(state); });
    };
  }

  void on_published(std::string_view room, std::string_view epoch, Offset first,
                    std::span<const std::string_view> bodies) override {
    if (!drop_messages && first != drop_offset) sink_->on_published(room, epoch, first, bodies);
  }
  void on_signal(std::string_view room, Signal kind, std::string_view payload) override {
    sink_->on_signal(room, kind, payload);
  }
  void on_broadcast(std::string_view payload) override { sink_->on_broadcast(payload); }
  void on_batch_end() override { sink_->on_batch_end(); }
  bool is_full() const override { return sink_->is_full(); }
  void on_available(StoreShard, bool is_available) override {
    for (StoreShard shard = 0; shard < store_shard_count(); ++shard) sink_->on_available(shard, is_available);
  }
  /// Of two shards; if there is one, a test chooses the calls that fail.
  bool is_lost(std::string_view room) const { return !on_second_shard_.empty() && away_.contains(store_shard(room)); }

  std::unique_ptr<ClusterServices> inner_;
  const std::set<std::string, std::less<>> on_second_shard_;
  std::set<StoreShard> away_;
  BackplaneSink* sink_ = nullptr;
  NodeInstance me_;
  std::vector<std::function<void()>> held_;
};

}  // namespace chat
