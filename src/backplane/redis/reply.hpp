#pragma once

#include <hiredis/hiredis.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chat::redis {

/// One reply of Redis (RESP2) as a flat list of its parts in the order they came. Small to walk, free to make: the next
/// one uses the memory again.
/// Walking any shape is safe: beyond the end of an array, and inside a part that is no array, parts are nil.
class Reply {
 public:
  enum class Type : std::uint8_t { nil, status, error, integer, text, array };

 private:
  struct Node {
    Type type;
    std::int64_t number;  // the integer, or how many parts
    std::size_t offset;   // of its text in text_
    std::size_t length;
    std::size_t end;  // index of the part behind it
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
    /// Of integers, and of texts that are one and nothing else; otherwise 0.
    std::int64_t integer() const;
    /// Parts of an array; else 0.
    std::size_t size() const { return is_array() ? static_cast<std::size_t>(node().number) : 0; }
    /// The i-th part of an array. Asking in rising order by walking `first()` and `next()` is cheaper.
    Part operator[](std::size_t i) const;
    Part first() const { return is_array() ? Part{*reply_, index_ + 1, node().end} : Part{*reply_, 0, 0}; }
    Part next() const { return {*reply_, index_ < limit_ ? node().end : limit_, limit_}; }

   private:
    friend class Reply;
    Part(const Reply& reply, std::size_t index, std::size_t limit) : reply_(&reply), index_(index), limit_(limit) {}
    const Node& node() const { return index_ < limit_ ? reply_->nodes_[index_] : kNothing; }
    static constexpr Node kNothing{Type::nil, 0, 0, 0, 0};
    const Reply* reply_;
    std::size_t index_;
    std::size_t limit_;  // the end of the array it is in
  };

  Part root() const { return {*this, 0, nodes_.size()}; }

 private:
  friend class ReplyReader;
  void clear();
  void add(Type type, std::int64_t number, std::string_view text);
  bool close();
  std::size_t close(std::size_t index);

  std::vector<Node> nodes_;
  std::string text_;
  bool is_too_big_ = false;
};

/// Cuts a byte stream into replies. hiredis does the parsing; its object functions fill a Reply instead of a tree of
/// allocations. The cost of a reply is bounded: one of too many parts or bytes becomes an error, and a text too long to
/// wait for breaks the stream.
class ReplyReader {
 public:
  static constexpr std::size_t kMaxParts = 1'000'000;
  static constexpr std::size_t kMaxBytes = 64 * 1024 * 1024;
  static constexpr std::size_t kMaxUnread = 32 * 1024 * 1024;  // of one text that is not there whole

  ReplyReader();
  ~ReplyReader() { redisReaderFree(reader_); }
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  void feed(std::string_view bytes) { redisReaderFeed(reader_, bytes.data(), bytes.size()); }
  /// The next whole reply, or nullptr if there is none yet. `broken` is set when the stream is not RESP2.
  const Reply* next(bool& broken);

 private:
  template <class Task>
  static void* add(const Task* task, Reply::Type type, std::int64_t number, std::string_view text);

  redisReader* reader_;
  Reply reply_;
  bool is_whole_ = false;  // the reply in reply_ has been given out
};

}  // namespace chat::redis
