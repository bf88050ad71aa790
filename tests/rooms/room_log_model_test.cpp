#include <gtest/gtest.h>

#include <random>

#include "chat/rooms/room_log.hpp"

namespace chat {
namespace {

/// A store that a log follows over a network that loses, repeats and reorders; and a reader that believes the log. If
/// `forges`, other programs publish too.
class Model {
 public:
  explicit Model(unsigned seed, bool forges = false) : random_(seed), forges_(forges) { log_.start(store_); }

  void step() {
    const auto choice = pick(100);
    if (choice < 45) {
      append();
    } else if (choice < 80) {
      deliver();
    } else if (choice < 90) {
      read();
    } else if (choice < 93) {
      trim();
    } else if (choice < 96) {
      end_epoch(false);
    } else if (choice < 98) {
      end_epoch(true);
    } else if (choice < 99) {
      wipe();
    } else {
      reconcile();
    }
    look();
    if (forges_ && pick(10) == 0) forge();
  }

  /// No more faults nor forgeries: the next messages reach the reader as the store has them.
  void settle_forged() {
    settle();
    for (int i = 0; i < 3; ++i) {
      append();
      const auto [epoch, message] = network_.back();
      network_.clear();
      log_.offer(epoch, message);
      for (int round = 0; round < 1000 && needs_repair(); ++round) repair();
      look();
    }
    ASSERT_EQ(log_.last(), store_.top);
    const auto newest = log_.recent().page(store_.top.offset - 3, store_.top.offset + 1, 3, true);
    ASSERT_TRUE(newest);
    for (const auto& message : *newest) ASSERT_EQ(message.body.view(), stored_[message.offset]);
  }

  /// No more faults: one round of checks must bring the reader to the store's top.
  void settle() {
    network_.clear();
    reconcile();
    look();
    for (int round = 0; round < 1000 && needs_repair(); ++round) {
      repair();
      look();
    }
    ASSERT_EQ(log_.last(), store_.top);
    ASSERT_EQ(shown_, Offset(store_.top.offset));
  }

 private:
  std::size_t pick(std::size_t end) { return random_() % end; }

  static std::string text(const Epoch& epoch, Offset offset) { return epoch + '/' + std::to_string(offset); }

  void append() {
    ++store_.top.offset;
    stored_[store_.top.offset] = text(store_.top.epoch, store_.top.offset);
    network_.push_back({store_.top.epoch, {store_.top.offset, SharedBytes(stored_[store_.top.offset])}});
  }

  /// Takes the next message, or any, from the network; now and then leaves it there or loses it.
  void deliver() {
    if (network_.empty()) return;
    const auto at = network_.begin() + static_cast<std::ptrdiff_t>(pick(4) > 0 ? 0 : pick(network_.size()));
    const auto [epoch, message] = *at;
    if (pick(6) > 0) network_.erase(at);
    if (pick(8) > 0) log_.offer(epoch, message);
    if (network_.size() > 40) network_.clear();
    repair();
  }

  bool needs_repair() const {
    return log_.has_unknown_epoch() || log_.is_doubtful() || log_.has_gap() || log_.is_behind();
  }

  void forge() {
    const Epoch epochs[] = {store_.top.epoch, store_.top.epoch, "e0", "unknown"};
    const Offset distances[] = {0, 1, 1, 2, 3, 50, 5000};
    const Offset offset =
        log_.last().offset + distances[pick(std::size(distances))] - std::min(log_.last().offset, pick(3));
    log_.offer(epochs[pick(std::size(epochs))], {offset, SharedBytes("{forged}")});
    repair();
  }

  void audit() {
    look();
    const auto asked = log_.ask();
    std::vector<Message> stored;
    for (auto place = stored_.upper_bound(log_.recent().before_oldest()); place != stored_.end(); ++place) {
      if (place->first <= asked.delivered.offset) stored.push_back({place->first, SharedBytes(place->second)});
    }
    take(log_.reconcile(asked, store_, log_.recent().first_difference(stored, asked.delivered.offset)));
  }

  void repair() {
    if (log_.has_unknown_epoch()) {
      reconcile();
    } else if (log_.is_doubtful()) {
      audit();
    } else if ((log_.has_gap() || log_.is_behind()) && pick(2) == 0) {
      read();
    }
  }

  void read() {
    std::vector<Message> found;
    if (log_.last().epoch != store_.top.epoch) return reconcile();
    for (auto place = stored_.upper_bound(log_.last().offset); place != stored_.end() && found.size() < 5; ++place) {
      found.push_back({place->first, SharedBytes(place->second)});
    }
    look();
    log_.refill(log_.ask(), store_.top.offset, found);
  }

  void trim() {
    if (pick(3) == 0 && !stored_.empty())
      stored_.erase(stored_.begin(), std::next(stored_.begin(), static_cast<std::ptrdiff_t>(pick(stored_.size()))));
  }

  void end_epoch(bool loses_tail) {
    const Offset lost = loses_tail ? pick(4) : 0;
    for (Offset i = 0; i < lost && store_.top.offset > 0; ++i) stored_.erase(store_.top.offset--);
    store_.ended.insert(store_.ended.begin(), {store_.top.epoch, store_.top.offset});
    if (store_.ended.size() > 8) store_.ended.pop_back();
    store_.top.epoch = "e" + std::to_string(++epochs_);
  }

  void wipe() {
    stored_.clear();
    store_ = {{"e" + std::to_string(++epochs_), 0}, {}};
  }

  void reconcile() {
    look();
    take(log_.reconcile(log_.ask(), store_));
  }

  void take(const ResumeCheck& check) {
    if (check.kind == ResumeCheck::Kind::rewound) shown_ = check.offset;
    if (check.kind == ResumeCheck::Kind::unknown) shown_ = store_.top.offset;  // told to start again from history
    look();
  }

  /// The reader takes all messages: consecutive, each as the store had it, never a silent hole.
  void look() {
    if (!forges_ && log_.has_unknown_epoch()) return;
    const auto trimmed = log_.take_trimmed();
    const auto messages = log_.take_deliverable();
    if (trimmed) trimmed_before_ = true;
    if (trimmed && messages.empty()) shown_ = *trimmed - 1;
    for (const auto& message : messages) {
      if (message.offset != shown_ + 1) {
        ASSERT_TRUE(trimmed_before_) << "a silent hole: " << message.offset << " after " << shown_;
        ASSERT_GT(message.offset, shown_) << "shown again";
      }
      trimmed_before_ = false;
      shown_ = message.offset;
      const auto stored = stored_.find(message.offset);
      if (forges_ || stored == stored_.end() || log_.last().epoch != store_.top.epoch) continue;
      ASSERT_EQ(message.body.view(), stored->second);
    }
    ASSERT_EQ(log_.last().offset, shown_);
    const auto memory = log_.recent().page(shown_ > 3 ? shown_ - 3 : 0, shown_ + 1, 9, true);
    for (std::size_t i = 0; memory && i < memory->size(); ++i) {
      ASSERT_EQ((*memory)[i].offset, shown_ - memory->size() + 1 + i);
    }
  }

  std::mt19937 random_;
  bool forges_;
  RoomLog log_;
  LogState store_{{"e0", 0}, {}};
  std::map<Offset, std::string> stored_;
  std::vector<std::pair<Epoch, Message>> network_;
  int epochs_ = 0;
  Offset shown_ = 0;
  bool trimmed_before_ = false;
};

TEST(RoomLogModel, ShowsEveryReaderTheStoresOrderWithoutSilentHoles) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    Model model(seed);
    for (int step = 0; step < 400; ++step) {
      model.step();
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed << ", step " << step;
    }
    model.settle();
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed << ", at the end";
  }
}

TEST(RoomLogModel, ComesBackToTheStoreWhateverIsForged) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    Model model(seed, true);
    for (int step = 0; step < 400; ++step) {
      model.step();
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed << ", step " << step;
    }
    model.settle_forged();
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed << ", at the end";
  }
}

}  // namespace
}  // namespace chat
