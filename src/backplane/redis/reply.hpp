#pragma once

#include <hiredis/hiredis.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chat::redis {

/// One reply of Redis (RESP2) as a flat list of its parts in the order they came. Small to walk, free to make: the
/// memory is used again for the next one.
class Reply {
 public:
  enum class Type : std::uint8_t { nil, status, error, integer, text, array };

 private:
  struct Node {
    Type type;
    std::int64_t number;  // the integer, or how many parts
    std::size_t offset;   // of its text in text_
    std::size_t length;
    std::size_t end;  // index of what follows it
  };

 public:
  /// A part of a reply: cheap to copy, valid until the reader is fed again.
  class Part {
   public:
    Type type() const { return node().type; }
    bool is_array() const { return type() == Type::array; }
    bool is_error() const { return type() == Type::error; }
    /// Of texts, states and errors; else empty.
    std::string_view text() const;
    /// Of integers, and of texts that are one; else 0.
    std::int64_t integer() const;
    /// Parts of an array; else 0.
    std::size_t size() const { return is_array() ? static_cast<std::size_t>(node().number) : 0; }
    /// The i-th part of an array. Asking in rising order by walking `first()` and `next()` is cheaper.
    Part operator[](std::size_t i) const;
    Part first() const { return {*reply_, index_ + 1}; }
    Part next() const { return {*reply_, node().end}; }

   private:
    friend class Reply;
    Part(const Reply& reply, std::size_t index) : reply_(&reply), index_(index) {}
    const Node& node() const { return reply_->nodes_[index_]; }
    const Reply* reply_;
    std::size_t index_;
  };

  Part root() const { return {*this, 0}; }

 private:
  friend class ReplyReader;
  void clear() {
    nodes_.clear();
    text_.clear();
  }
  std::size_t close(std::size_t index);

  std::vector<Node> nodes_;
  std::string text_;
};

/// Cuts a byte stream into replies. hiredis does the parsing; its object functions fill a Reply instead of a tree of
/// allocations.
class ReplyReader {
 public:
  ReplyReader();
  ~ReplyReader() { redisReaderFree(reader_); }
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  void feed(std::string_view bytes) { redisReaderFeed(reader_, bytes.data(), bytes.size()); }
  /// The next whole reply, or nullptr if there is none yet. `broken` is set when the stream is not RESP.
  const Reply* next(bool& broken);

 private:
  template <class Task>
  static void* add(const Task* task, Reply::Type type, std::int64_t number, std::string_view text);

  redisReader* reader_;
  Reply reply_;
};

}  // namespace chat::redis
