#include "backplane/redis/reply.hpp"

#include <charconv>
#include <cstddef>

#include "chat/base/assert.hpp"

namespace chat::redis {

std::string_view Reply::Part::text() const {
  return std::string_view(reply_->text_).substr(node().offset, node().length);
}

std::int64_t Reply::Part::integer() const {
  if (type() == Type::integer) return node().number;
  std::int64_t value = 0;
  const auto digits = text();
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

Reply::Part Reply::Part::operator[](std::size_t i) const {
  CHAT_ASSERT(i < size());
  Part part = first();
  while (i-- > 0) part = part.next();
  return part;
}

/// Fills in where the part at `index` ends, and those inside it; hiredis bounds the depth.
std::size_t Reply::close(std::size_t index) {
  std::size_t end = index + 1;
  if (nodes_[index].type == Type::array) {
    for (std::int64_t i = 0; i < nodes_[index].number; ++i) end = close(end);
  }
  nodes_[index].end = end;
  return end;
}

template <class Task>
void* ReplyReader::add(const Task* task, Reply::Type type, std::int64_t number, std::string_view text) {
  auto& reply = static_cast<ReplyReader*>(task->privdata)->reply_;
  if (task->parent == nullptr) reply.clear();
  reply.nodes_.push_back({type, number, reply.text_.size(), text.size(), 0});
  reply.text_ += text;
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
  void* whole = nullptr;
  broken = redisReaderGetReply(reader_, &whole) != REDIS_OK;
  if (broken || whole == nullptr) return nullptr;
  reply_.close(0);
  return &reply_;
}

}  // namespace chat::redis
