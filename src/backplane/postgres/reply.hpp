#pragma once

#include <libpq-fe.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "backplane/junk.hpp"
#include "chat/core/error.hpp"

namespace chat::postgres {

/// The answer to a statement: rows in binary form, or an error. Any program with the rights can write to our tables, so
/// a value of another size reads as 0 or empty. Texts live as long as the reply.
class Reply {
 public:
  Reply() = default;
  explicit Reply(PGresult* result) : result_(result) {}

  explicit operator bool() const { return result_ != nullptr; }
  bool is_error() const;
  /// Of an error: SQLSTATE, and the sentence.
  std::string_view state() const { return field(PG_DIAG_SQLSTATE); }
  std::string_view message() const { return field(PG_DIAG_MESSAGE_PRIMARY); }

  std::size_t rows() const { return static_cast<std::size_t>(PQntuples(result_.get())); }
  /// A text or a bytea.
  std::string_view text(std::size_t row, int column) const;
  bool flag(std::size_t row, int column) const { return text(row, column) == std::string_view("\1", 1); }
  /// A bigint; below 0: 0.
  std::uint64_t number(std::size_t row, int column) const;
  bool is_null(std::size_t row, int column) const;
  /// A bytea[] or text[]; nulls are empty.
  std::vector<std::string_view> texts(std::size_t row, int column) const;

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::string_view field(int code) const;

  std::unique_ptr<PGresult, Clear> result_;
};

/// nullptr: there is no answer.
using ReplyHandler = std::function<void(const Reply* reply)>;

/// The error for a client when PostgreSQL does not answer. `why` is a text of ours.
Failure unavailable(std::string_view why = "PostgreSQL does not answer");
/// The same for a reply that is missing or an error. PostgreSQL's own text goes to the log, once a minute for each
/// `what`: clients must not read it.
Failure refused(std::string_view what, const Reply* reply);
/// The same for requests that store no message: their callers choose the pause.
Failure request_refused(std::string_view what, const Reply* reply);

inline bool has_failed(const Reply* reply) { return reply == nullptr || reply->is_error(); }

}  // namespace chat::postgres
