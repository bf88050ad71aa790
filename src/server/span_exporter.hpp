#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "chat/http/http_client.hpp"

namespace chat {

/// Sends spans to a collector of OpenTelemetry: OTLP/HTTP in JSON, a batch a second, one request at a time. A batch
/// that the collector does not take is dropped, and so are spans above kMaxQueued: traces wait for nobody. Both are
/// counted. Thread: the backplane loop. Owner: Node.
class SpanExporter {
 public:
  static constexpr std::size_t kMaxQueued = 2048;  // of less than 2 KiB each
  static constexpr std::size_t kBatch = 512;

  /// `endpoint`: a good URL; "/v1/traces" is appended to it.
  SpanExporter(boost::asio::io_context& loop, HttpTransport& http, const std::string& endpoint, std::string node);

  /// A span in JSON.
  void add(std::string span);
  /// Sends a batch now, if none is under way.
  void flush();

 private:
  void flush_later();
  void on_outcome(const HttpOutcome& outcome, std::size_t spans);

  HttpTransport& http_;
  HttpUrl url_;
  std::string node_;  // id
  boost::asio::steady_timer timer_;
  std::vector<std::string> queue_;
  bool is_timer_set_ = false;
  bool is_under_way_ = false;
};

}  // namespace chat
