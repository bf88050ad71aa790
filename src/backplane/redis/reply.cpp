#include "backplane/redis/reply.hpp"

#include <charconv>
#include <cstddef>
#include <utility>

#include "chat/base/assert.hpp"
#include "chat/base/release.hpp"

namespace chat::redis {

std::string_view Reply::Part::text() const {
  return std::string_view(reply_->text_).substr(node().offset, node().length);
}

std::int64_t Reply::Part::integer() const {
  if (type() == Type::integer) return node().number;
  std::int64_t value = 0;
  const auto digits = text();
  const auto end = digits.data() + digits.size();
  return std::from_chars(digits.data(), end, value).ptr == end ? value : 0;
}

Reply::Part Reply::Part::operator[](std::size_t i) const {
  CHAT_ASSERT(i < size());
  Part part = first();
  while (i-- > 0) part = part.next();
  return part;
}

void Reply::clear() {
  constexpr std::size_t kKeptBytes = 1024 * 1024;  // the memory of a huge reply is given back
  if (text_.capacity() + nodes_.capacity() * sizeof(Node) > kKeptBytes) {
    release(text_);
    release(nodes_);
  }
  nodes_.clear();
  text_.clear();
  is_too_big_ = false;
}

void Reply::add(Type type, std::int64_t number, std::string_view text) {
  is_too_big_ =
      is_too_big_ || nodes_.size() == ReplyReader::kMaxParts || text_.size() + text.size() > ReplyReader::kMaxBytes;
  if (is_too_big_) return;
  nodes_.push_back({type, number, text_.size(), text.size(), 0});
  text_ += text;
}

/// Fills in where each part ends. False if parts are missing: hiredis 1 knows kinds of RESP3 that this Reply does not.
bool Reply::close() {
  if (is_too_big_) {
    clear();
    add(Type::error, 0, "the reply is too big");
  }
  return close(0) == nodes_.size();
}

/// The part at `index`, and those inside it; hiredis bounds the depth.
std::size_t Reply::close(std::size_t index) {
  std::size_t end = index + 1;
  if (end > nodes_.size()) return end;
  if (nodes_[index].type == Type::array) {
    for (std::int64_t i = 0; i < nodes_[index].number && end <= nodes_.size(); ++i) end = close(end);
  }
  nodes_[index].end = end;
  return end;
}

template <class Task>
void* ReplyReader::add(const Task* task, Reply::Type type, std::int64_t number, std::string_view text) {
  auto& reply = static_cast<ReplyReader*>(task->privdata)->reply_;
  reply.add(type, number, text);
  return &reply;  // hiredis wants something that is not null
}

ReplyReader::ReplyReader() {
  // Generic lambdas, because hiredis 0.14 and 1.x differ in the types of lengths.
  static redisReplyObjectFunctions functions = [] {
    redisReplyObjectFunctions f{};
    f.createString = [](const redisReadTask* task, char* text, std::size_t length) -> void* {
      const auto type = task->type == REDIS_REPLY_ERROR    ? Reply::Type::error
                        : task->type == REDIS_REPLY_STATUS ? Reply::Type::status
                                                           : Reply::Type::text;
      return add(task, type, 0, {text, length});
    };
    f.createArray = [](const redisReadTask* task, auto count) -> void* {
      if (static_cast<std::size_t>(count) > kMaxParts) return nullptr;  // hiredis takes it for a lack of memory
      return add(task, Reply::Type::array, static_cast<std::int64_t>(count), {});
    };
    f.createInteger = [](const redisReadTask* task, long long value) -> void* {
      return add(task, Reply::Type::integer, value, {});
    };
    f.createNil = [](const redisReadTask* task) -> void* { return add(task, Reply::Type::nil, 0, {}); };
    f.freeObject = [](void*) {};
    return f;
  }();
  reader_ = redisReaderCreateWithFunctions(&functions);
  CHAT_ASSERT(reader_ != nullptr);
  reader_->privdata = this;
}

const Reply* ReplyReader::next(bool& broken) {
  if (std::exchange(is_whole_, false)) reply_.clear();
  void* whole = nullptr;
  broken = redisReaderGetReply(reader_, &whole) != REDIS_OK;
  if (broken) return nullptr;
  if (whole == nullptr) {
    broken = reader_->len - reader_->pos > kMaxUnread;
    return nullptr;
  }
  is_whole_ = true;
  broken = !reply_.close();
  return broken ? nullptr : &reply_;
}

}  // namespace chat::redis
