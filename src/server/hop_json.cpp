#include "server/hop_json.hpp"

#include <string_view>

#include "chat/base/json_text.hpp"

namespace chat {
namespace {

/// The names of members need no escapes.
class Report {
 public:
  Report(std::string_view node, std::string_view trace, const ClockReading& clock) : clock_(clock) {
    append_json_string(out_ += R"({"node":)", node);
    append_json_string(out_ += R"(,"trace":)", trace);
  }
  void number(std::string_view name, UnixUs value) { append_number((((out_ += ",\"") += name) += "\":"), value); }
  void text(std::string_view name, std::string_view value) {
    append_json_string(((out_ += ",\"") += name) += "\":", value);
  }
  void time(std::string_view name, UnixUs value) {
    if (value != 0) number(name, value - clock_.ahead);
  }
  void mark(std::string_view name, bool is_set) {
    if (is_set) ((out_ += ",\"") += name) += "\":true";
  }
  std::string end() {
    number("ahead_us", clock_.ahead);
    number("error_us", clock_.error);
    return std::move(out_ += '}');
  }

 private:
  const ClockReading& clock_;
  std::string out_;
};

}  // namespace

std::string to_json(const Intake& intake, const std::string& node, const ClockReading& clock, const std::string& ack) {
  Report report(node, intake.trace, clock);
  report.time("received", intake.received);
  report.time("appended", intake.appended);
  report.text("ack", ack);
  report.mark("duplicate", intake.is_duplicate);
  return report.end();
}

std::string to_json(const Delivery& delivery, const std::string& node, const ClockReading& clock) {
  Report report(node, delivery.trace, clock);
  report.time("heard", delivery.heard);
  report.time("framed", delivery.framed);
  report.time("written", delivery.written);
  report.number("sockets", static_cast<UnixUs>(delivery.sockets));
  report.number("laggards", static_cast<UnixUs>(delivery.laggards));
  report.mark("incomplete", !delivery.is_complete);
  return report.end();
}

}  // namespace chat
