#include "fuzz/room_log_model.hpp"

#include "chat/base/assert.hpp"

namespace chat {
namespace {

constexpr std::size_t kPage = 30;
constexpr std::size_t kEndedKept = 8;

std::string text_of(const Epoch& epoch, Offset offset) { return epoch + '/' + std::to_string(offset); }

}  // namespace

void RoomLogModel::step(Choices& choices) {
  const auto choice = choices.byte();
  const std::size_t number = choice >> 4;
  switch (choice & 15) {
    case 0:
      append(1 + number);
      break;
    case 1:
      append(number == 15 && !std::exchange(flooded_, true) ? 1400 : number);  // more than is held, and remembered
      break;
    case 2:
    case 3:
    case 4:
      for (std::size_t i = 0; i <= number; ++i) deliver(0, false, false);
      break;
    case 5:
      while (!network_.empty()) deliver(0, false, false);
      break;
    case 6:
      deliver(number, false, true);
      break;
    case 7:
      deliver(number, true, false);
      break;
    case 8:
      deliver(number, false, false);
      break;
    case 9:
    case 10:
      begin_read();
      break;
    case 11:
    case 12:
      end_read();
      break;
    case 13:
      trim(number * number);
      break;
    case 14:
      end_epoch(number);
      break;
    default:
      if (number == 0) wipe();
      if (number > 8) network_.clear();
      if (number > 0 && number <= 8 && !reading_) reconcile(log_.ask(), store_);
  }
  look();
}

void RoomLogModel::settle() {
  network_.clear();
  end_read();
  look();
  reconcile(log_.ask(), store_);
  for (Offset round = 0; log_.has_gap() || log_.is_behind(); ++round) {
    CHAT_ASSERT(round <= store_.top.offset + 2);  // each fills one gap at least
    begin_read();
    end_read();
    look();
  }
  CHAT_ASSERT(log_.last() == store_.top && shown_ == store_.top.offset);
  for (const auto& [offset, text] : stored_) {
    const auto read = reader_.find(offset);
    if (read != reader_.end()) CHAT_ASSERT(read->second == text);
  }
}

void RoomLogModel::append(std::size_t count) {
  for (; count > 0; --count) {
    const auto offset = ++store_.top.offset;
    stored_[offset] = text_of(store_.top.epoch, offset);
    network_.push_back({store_.top.epoch, {offset, SharedBytes(stored_[offset])}});
  }
}

void RoomLogModel::deliver(std::size_t index, bool lose, bool repeat) {
  if (index >= network_.size()) return;
  const auto place = network_.begin() + static_cast<std::ptrdiff_t>(index);
  const auto [epoch, message] = *place;
  if (!repeat) network_.erase(place);
  if (!lose) log_.offer(epoch, message);
}

void RoomLogModel::trim(std::size_t count) {
  for (; count > 0 && !stored_.empty(); --count) stored_.erase(stored_.begin());
}

void RoomLogModel::end_epoch(Offset lost) {
  for (; lost > 0 && store_.top.offset > 0; --lost) stored_.erase(store_.top.offset--);
  store_.ended.insert(store_.ended.begin(), {store_.top.epoch, store_.top.offset});
  if (store_.ended.size() > kEndedKept) store_.ended.pop_back();
  store_.top.epoch = "e" + std::to_string(++epochs_);
}

void RoomLogModel::wipe() {
  stored_.clear();
  store_ = {{"e" + std::to_string(++epochs_), 0}, {}};
}

/// As Repair::repair() decides.
void RoomLogModel::begin_read() {
  if (reading_) return;
  if (log_.has_unknown_epoch()) {
    reading_ = Read{log_.ask(), store_.top.offset, store_, {}};
  } else if (log_.has_gap() || log_.is_behind()) {
    reading_ = Read{log_.ask(), store_.top.offset, {}, {}};
    for (auto place = stored_.upper_bound(log_.last().offset); place != stored_.end(); ++place) {
      reading_->messages.push_back({place->first, SharedBytes(place->second)});
      if (reading_->messages.size() == kPage) break;
    }
  }
}

void RoomLogModel::end_read() {
  const auto read = std::exchange(reading_, std::nullopt);
  if (!read) return;
  look();
  if (read->state) return reconcile(read->asked, *read->state);
  log_.refill(read->asked, read->top, read->messages);
}

void RoomLogModel::reconcile(const RoomLog::Asked& asked, const LogState& state) {
  look();
  const auto check = log_.reconcile(asked, state);
  if (check.kind == ResumeCheck::Kind::rewound) shown_ = check.offset;
  if (check.kind == ResumeCheck::Kind::unknown) shown_ = state.top.offset;
  reader_.erase(check.kind == ResumeCheck::Kind::unknown ? reader_.begin() : reader_.upper_bound(shown_),
                reader_.end());
  look();
}

/// Consecutive, but where the log says that the store has been cut; never twice; memory of bounded size.
void RoomLogModel::look() {
  const auto bytes = log_.deliverable_bytes();
  const auto trimmed = log_.take_trimmed();
  std::size_t sum = 0, jumps = 0;
  const auto messages = log_.take_deliverable();
  if (trimmed && messages.empty()) shown_ = *trimmed - 1;
  for (const auto& message : messages) {
    CHAT_ASSERT(message.offset > shown_);
    if (message.offset != shown_ + 1) {
      CHAT_ASSERT(trimmed && ++jumps == 1 && message.offset == *trimmed);
    }
    shown_ = message.offset;
    sum += message.body.size();
    reader_[message.offset] = message.body.view();
    CHAT_ASSERT(message.body.view().ends_with('/' + std::to_string(message.offset)));
  }
  CHAT_ASSERT(sum == bytes && log_.deliverable_bytes() == 0);
  CHAT_ASSERT(log_.last().offset == shown_ && !(log_.has_gap() && log_.has_unknown_epoch()));
  const auto memory = log_.recent().page(shown_ > 9 ? shown_ - 9 : 0, shown_ + 1, 9, true);
  if (!memory) return;
  CHAT_ASSERT(memory->size() == std::min<Offset>(shown_, 9));
  for (const auto& message : *memory) {
    const auto read = reader_.find(message.offset);
    CHAT_ASSERT(read != reader_.end() && read->second == message.body.view());
  }
}

}  // namespace chat
