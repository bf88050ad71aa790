#include "server/span_exporter.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

namespace chat {
namespace {

using nlohmann::json;

/// Keeps the requests, and answers when it is told to.
class HeldCollector final : public HttpTransport {
 public:
  void send(OutgoingRequest request, std::function<void(HttpOutcome)> done) override {
    requests.push_back(std::move(request));
    answer = std::move(done);
  }
  std::size_t spans(std::size_t request) const {
    return json::parse(requests.at(request).body)["resourceSpans"][0]["scopeSpans"][0]["spans"].size();
  }
  std::vector<OutgoingRequest> requests;
  std::function<void(HttpOutcome)> answer;
};

class SpanExporterTest : public testing::Test {
 protected:
  void add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) exporter.add(R"({"name":"send"})");
  }
  boost::asio::io_context loop;
  HeldCollector collector;
  SpanExporter exporter{loop, collector, "http://127.0.0.1:4318/", "chat-1"};
};

TEST_F(SpanExporterTest, SendsABatchToThePathOfTraces) {
  add(3);
  exporter.flush();
  ASSERT_EQ(collector.requests.size(), 1U);
  EXPECT_EQ(collector.requests[0].url.target, "/v1/traces");
  EXPECT_EQ(collector.spans(0), 3U);
}

TEST_F(SpanExporterTest, SendsOneRequestAtATime) {
  add(SpanExporter::kBatch + 1);
  exporter.flush();
  exporter.flush();
  ASSERT_EQ(collector.requests.size(), 1U);
  EXPECT_EQ(collector.spans(0), SpanExporter::kBatch);
  collector.answer(RequestReply{200, "{}", {}});
  exporter.flush();
  EXPECT_EQ(collector.spans(1), 1U);
}

TEST_F(SpanExporterTest, SendsNothingIfThereIsNothing) {
  exporter.flush();
  EXPECT_TRUE(collector.requests.empty());
}

TEST_F(SpanExporterTest, DropsWhatACollectorDoesNotTakeAndWhatIsTooMuch) {
  add(1);
  exporter.flush();
  add(SpanExporter::kMaxQueued + 100);
  collector.answer(HttpFault{HttpFault::Kind::connection, "refused"});
  std::size_t sent = 0;
  for (std::size_t i = 1;; ++i) {
    exporter.flush();
    if (collector.requests.size() == i) break;
    sent += collector.spans(i);
    collector.answer(RequestReply{503, "", {}});
  }
  EXPECT_EQ(sent, SpanExporter::kMaxQueued);
}

}  // namespace
}  // namespace chat
