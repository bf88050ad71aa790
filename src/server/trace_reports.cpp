#include "server/trace_reports.hpp"

#include <utility>

#include "chat/base/digest.hpp"
#include "chat/base/metrics.hpp"
#include "chat/codec/json/json_check.hpp"
#include "server/otlp_spans.hpp"
#include "server/span_exporter.hpp"

namespace chat {
namespace {

Counter reported{"chat_trace_reports_total", "Reports of traced messages that this node has put into the store"};
Counter dropped_reports{"chat_trace_reports_dropped_total", "Reports of traced messages that did not reach the store"};

/// A list of its own for each message, so that its reports end together.
std::string list_of(const std::string& room, const Position& position) {
  const std::string key = room + ' ' + position.epoch + ' ' + std::to_string(position.offset);
  return "trace." + to_hex(sha256(key).substr(0, 16));
}

}  // namespace

void TraceReports::on_intake(const Intake& intake) {
  const ClockReading clock = parts_.clock();
  put(intake.room, intake.position, intake.is_duplicate ? "again" : "taken",
      to_json(intake, parts_.node, clock, parts_.ack));
  if (parts_.exporter != nullptr) parts_.exporter->add(span_of(intake, clock));
}

void TraceReports::on_delivery(const Delivery& delivery) {
  const ClockReading clock = parts_.clock();
  put(delivery.room, delivery.position, "delivered", to_json(delivery, parts_.node, clock));
  if (parts_.exporter != nullptr) parts_.exporter->add(span_of(delivery, clock));
}

void TraceReports::put(const std::string& room, const Position& position, std::string_view kind, std::string report) {
  if (under_way_ == kMaxUnderWay) return dropped_reports.add();
  ++under_way_;
  parts_.kv.put(list_of(room, position), parts_.node + ' ' + std::string(kind), std::move(report), kKept,
                [this](const Result<bool>& done) {
                  --under_way_;
                  (done ? reported : dropped_reports).add();
                });
}

/// Any program can write to the store.
void TraceReports::read(const std::string& room, const Position& position, Completion<std::vector<std::string>> done) {
  parts_.kv.read(list_of(room, position), [done = std::move(done)](Result<std::vector<ListEntry>> entries) {
    if (!entries) return done(entries.error());
    std::vector<std::string> reports;
    for (auto& entry : *entries) {
      if (entry.value.starts_with('{') && !validate_json(entry.value)) reports.push_back(std::move(entry.value));
    }
    done(std::move(reports));
  });
}

}  // namespace chat
