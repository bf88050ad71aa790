#include "server/otlp_spans.hpp"

#include <string_view>

#include "chat/base/json_text.hpp"
#include "chat/core/trace_mark.hpp"
#include "chat/server/version.hpp"

namespace chat {
namespace {

enum class Kind { producer = 4, consumer = 5 };  // as OTLP numbers them

void append_time(std::string& out, UnixUs time, const ClockReading& clock) {
  append_number(out += '"', (time - clock.ahead) * 1000);
  out += '"';
}

void append_context(std::string& out, std::string_view traceparent) {
  (out += R"("traceId":")") += trace_id_of(traceparent);
  (out += R"(","spanId":")") += span_id_of(traceparent);
  out += '"';
}

/// Keys need no escapes.
class Attributes {
 public:
  explicit Attributes(std::string& out) : out_(out) { out_ += R"("attributes":[)"; }
  ~Attributes() { out_ += ']'; }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  void text(std::string_view key, std::string_view value) {
    begin(key);
    append_json_string(out_ += R"("stringValue":)", value);
    out_ += "}}";
  }
  void number(std::string_view key, std::uint64_t value) {
    begin(key);
    append_number(out_ += R"("intValue":")", value);
    out_ += "\"}}";
  }
  void boolean(std::string_view key, bool value) {
    begin(key);
    (out_ += R"("boolValue":)") += value ? "true}}" : "false}}";
  }

 private:
  void begin(std::string_view key) {
    if (!is_first_) out_ += ',';
    is_first_ = false;
    ((out_ += R"({"key":")") += key) += R"(","value":{)";
  }
  std::string& out_;
  bool is_first_ = true;
};

/// The conventions for messaging: https://opentelemetry.io/docs/specs/semconv/messaging/
void describe(Attributes& attributes, std::string_view operation, const std::string& room, const Position& position) {
  attributes.text("messaging.system", "chat");
  attributes.text("messaging.operation.type", operation);
  attributes.text("messaging.destination.name", room);
  attributes.text("messaging.message.id", position.epoch + ':' + std::to_string(position.offset));
}

std::string begin_span(std::string_view traceparent, std::string_view name, Kind kind, UnixUs start, UnixUs end,
                       const ClockReading& clock) {
  std::string out = "{";
  append_context(out, traceparent);
  ((out += R"(,"name":")") += name) += R"(","kind":)";
  append_number(out, static_cast<int>(kind));
  append_time(out += R"(,"startTimeUnixNano":)", start, clock);
  append_time(out += R"(,"endTimeUnixNano":)", end, clock);
  return out += ',';
}

}  // namespace

std::string span_of(const Intake& intake, const ClockReading& clock) {
  std::string out = begin_span(intake.trace, "send", Kind::producer, intake.received, intake.appended, clock);
  if (!intake.parent.empty()) ((out += R"("parentSpanId":")") += span_id_of(intake.parent)) += "\",";
  {
    Attributes attributes(out);
    describe(attributes, "send", intake.room, intake.position);
    if (intake.is_duplicate) attributes.boolean("chat.duplicate", true);
  }
  return out += '}';
}

std::string span_of(const Delivery& delivery, const ClockReading& clock) {
  const UnixUs start = delivery.heard == 0 ? delivery.framed : delivery.heard;
  const UnixUs end = delivery.written == 0 ? delivery.framed : delivery.written;
  std::string out = begin_span(new_traceparent(), "deliver", Kind::consumer, start, end, clock);
  {
    Attributes attributes(out);
    describe(attributes, "process", delivery.room, delivery.position);
    attributes.number("chat.sockets", delivery.sockets);
    attributes.number("chat.laggards", delivery.laggards);
  }
  append_time(out += R"(,"events":[{"name":"framed","timeUnixNano":)", delivery.framed, clock);
  append_context(out += R"(}],"links":[{)", delivery.trace);
  return out += "}]}";
}

std::string otlp_request(const std::string& node, const std::vector<std::string>& spans) {
  std::string out = R"({"resourceSpans":[{"resource":{)";
  {
    Attributes attributes(out);
    attributes.text("service.name", "chatd");
    attributes.text("service.instance.id", node);
    attributes.text("service.version", version());
  }
  out += R"(},"scopeSpans":[{"scope":{"name":"chatd"},"spans":[)";
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (i > 0) out += ',';
    out += spans[i];
  }
  return out += "]}]}]}";
}

}  // namespace chat
