#include "backplane/postgres/connection.hpp"

#include <boost/asio/post.hpp>

namespace chat::postgres {

namespace asio = boost::asio;
using Wait = asio::posix::descriptor_base;

void Connection::start(const Settings& settings) {
  thread_.in();
  std::vector<const char*> names, values;
  for (const auto& [name, value] : settings) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  connection_ = PQconnectStartParams(names.data(), values.data(), 0);
  if (connection_ == nullptr || PQstatus(connection_) == CONNECTION_BAD) return fail_soon();
  PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
  socket_.emplace(loop_, PQsocket(connection_));
  wait(Wait::wait_write, &Connection::poll);
}

/// libpq may close its socket and open another with the same number, so the loop lets go of it for the time of the
/// call.
void Connection::poll() {
  socket_->release();
  const auto state = PQconnectPoll(connection_);
  if (state == PGRES_POLLING_FAILED) return fail(error_text());
  socket_.emplace(loop_, PQsocket(connection_));
  if (state != PGRES_POLLING_OK) {
    return wait(state == PGRES_POLLING_READING ? Wait::wait_read : Wait::wait_write, &Connection::poll);
  }
  PQsetnonblocking(connection_, 1);
  wait(Wait::wait_read, &Connection::on_readable);
  const auto events = events_;  // it may end the connection
  events->on_connected();
}

void Connection::wait(Wait::wait_type what, void (Connection::*then)()) {
  socket_->async_wait(what, [self = shared_from_this(), then](boost::system::error_code error) {
    if (!error && self->connection_ != nullptr) ((*self).*then)();
  });
}

void Connection::run(const std::string& sql, ReplyHandler handler) {
  thread_.in();
  calls_.push_back({std::move(handler), std::chrono::steady_clock::now(), nullptr});
  if (connection_ == nullptr || PQsendQuery(connection_, sql.c_str()) == 0) return fail_soon();
  flush();
}

void Connection::begin_pipeline() {
  if (PQenterPipelineMode(connection_) == 0) return fail_soon();
  is_pipeline_ = true;
}

void Connection::send(const Statement& statement, const Params& params, ReplyHandler handler) {
  thread_.in();
  const bool is_new = prepared_.insert(statement.name).second;
  calls_.push_back({std::move(handler), std::chrono::steady_clock::now(), is_new ? statement.name : nullptr});
  std::vector<const char*> values;
  std::vector<int> lengths;
  for (const auto& value : params.values()) {
    values.push_back(value.data());
    lengths.push_back(static_cast<int>(value.size()));
  }
  const std::vector<int> binary(values.size(), 1);
  const int count = static_cast<int>(values.size());
  const bool is_sent =
      connection_ != nullptr &&
      (!is_new || PQsendPrepare(connection_, statement.name, statement.sql, 0, nullptr) == 1) &&
      PQsendQueryPrepared(connection_, statement.name, count, values.data(), lengths.data(), binary.data(), 1) == 1 &&
      PQpipelineSync(connection_) == 1;
  if (!is_sent) return fail_soon();
  flush();
}

void Connection::flush() {
  const int left = PQflush(connection_);
  if (left < 0) return fail_soon();
  if (left == 1 && !std::exchange(is_writing_, true)) wait(Wait::wait_write, &Connection::on_writable);
}

void Connection::on_writable() {
  is_writing_ = false;
  flush();
}

void Connection::on_readable() {
  if (PQconsumeInput(connection_) == 0) return fail(error_text());
  read_replies();
  if (connection_ != nullptr) read_notifications();
  if (connection_ == nullptr) return;
  if (PQstatus(connection_) == CONNECTION_BAD) return fail(error_text());
  flush();
  wait(Wait::wait_read, &Connection::on_readable);
}

/// The results of a call: at most one of a preparation, then its own. Behind them stands a null; in a pipeline there is
/// one behind each, and the end of the transaction behind all. An error is the reply, whatever follows it.
void Connection::read_replies() {
  int nulls = 0;
  while (connection_ != nullptr && !calls_.empty() && nulls < 2 && PQisBusy(connection_) == 0) {
    PGresult* const result = PQgetResult(connection_);
    nulls = result == nullptr ? nulls + 1 : 0;
    if (result == nullptr) {
      if (!is_pipeline_) complete();
    } else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
      PQclear(result);
      complete();
    } else {
      Reply next(result);
      const char* const prepared = std::exchange(calls_.front().prepares, nullptr);  // the first result tells
      if (prepared != nullptr && next.is_error()) prepared_.erase(prepared);
      if (!reply_ || !reply_.is_error()) reply_ = std::move(next);
    }
  }
}

void Connection::complete() {
  const Call call = std::move(calls_.front());
  calls_.pop_front();
  const Reply reply = std::exchange(reply_, {});
  const bool is_there = static_cast<bool>(reply);
  if (call.handler) call.handler(is_there ? &reply : nullptr);
}

void Connection::read_notifications() {
  const auto events = events_;  // they may end the connection
  bool any = false;
  while (connection_ != nullptr) {
    PGnotify* const found = PQnotifies(connection_);
    if (found == nullptr) break;
    any = true;
    if (events->on_notification) events->on_notification(found->relname, found->extra);
    PQfreemem(found);
  }
  if (any && connection_ != nullptr && events->on_notifications_end) events->on_notifications_end();
}

/// The last line that is no continuation says what is wrong; those before it name other addresses. libpq puts no
/// password into it.
std::string Connection::error_text() const {
  if (connection_ == nullptr) return "there is no memory for a connection";
  std::string text = PQerrorMessage(connection_);
  while (text.ends_with('\n')) text.pop_back();
  const auto more = text.find("\n\t");
  if (more != std::string::npos) text.resize(more);
  const auto line = text.rfind('\n');
  return line == std::string::npos ? text : text.substr(line + 1);
}

void Connection::fail_soon() {
  asio::post(loop_, [self = shared_from_this(), why = error_text()] { self->fail(why); });
}

void Connection::fail(const std::string& why) {
  const auto self = shared_from_this();
  const auto events = events_;
  if (!events) return;
  const auto calls = std::exchange(calls_, {});
  shut();
  events->on_broken(why);
  for (const auto& call : calls) {
    if (call.handler && !is_closed_) call.handler(nullptr);
  }
}

void Connection::close() {
  is_closed_ = true;
  calls_.clear();
  shut();
}

void Connection::shut() {
  events_.reset();
  if (socket_ && socket_->is_open()) socket_->release();
  socket_.reset();
  if (connection_ != nullptr) PQfinish(std::exchange(connection_, nullptr));
}

}  // namespace chat::postgres
