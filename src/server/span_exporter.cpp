#include "server/span_exporter.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "chat/base/log.hpp"
#include "chat/base/metrics.hpp"
#include "server/otlp_spans.hpp"

namespace chat {
namespace {

constexpr Seconds kPause{1};
constexpr Milliseconds kTimeout{5000};

Counter exported{"chat_spans_exported_total", "Spans that the collector of OpenTelemetry has taken"};
Counter dropped{"chat_spans_dropped_total", "Spans that it did not take, or that were too many"};

std::string with_path(std::string endpoint) {
  if (endpoint.ends_with('/')) endpoint.pop_back();
  return endpoint + "/v1/traces";
}

}  // namespace

SpanExporter::SpanExporter(boost::asio::io_context& loop, HttpTransport& http, const std::string& endpoint,
                           std::string node)
    : http_(http), url_(*parse_http_url(with_path(endpoint))), node_(std::move(node)), timer_(loop) {}

void SpanExporter::add(std::string span) {
  if (queue_.size() == kMaxQueued) return dropped.add();
  queue_.push_back(std::move(span));
  flush_later();
}

void SpanExporter::flush_later() {
  if (is_under_way_ || std::exchange(is_timer_set_, true)) return;
  timer_.expires_after(kPause);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    is_timer_set_ = false;
    flush();
  });
}

void SpanExporter::flush() {
  if (is_under_way_ || queue_.empty()) return;
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kBatch));
  const std::vector<std::string> batch(std::move_iterator(queue_.begin()), std::move_iterator(end));
  queue_.erase(queue_.begin(), end);
  is_under_way_ = true;
  http_.send({url_, {}, otlp_request(node_, batch), kTimeout},
             [this, spans = batch.size()](const HttpOutcome& outcome) { on_outcome(outcome, spans); });
}

void SpanExporter::on_outcome(const HttpOutcome& outcome, std::size_t spans) {
  is_under_way_ = false;
  const auto* const reply = std::get_if<RequestReply>(&outcome);
  if (reply != nullptr && reply->status / 100 == 2) {
    exported.add(spans);
  } else {
    dropped.add(spans);
    const std::string why = reply == nullptr ? std::get<HttpFault>(outcome).why : std::to_string(reply->status);
    log_warn_rarely("spans_dropped", {{"spans", spans}, {"why", why}});
  }
  if (!queue_.empty()) flush_later();
}

}  // namespace chat
