#include <string>

#include "chat/codec/json/json_object.hpp"
#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/hub_writer.hpp"

namespace chat {
namespace {

struct RecordEnd {
  std::string& record;
  ~RecordEnd() { record += kRecordEnd; }
};

/// One record: an object, and behind it the mark of its end.
class Record : private RecordEnd, public JsonObject {
 public:
  Record(std::string& out, HubType type) : RecordEnd{out}, JsonObject(out, static_cast<unsigned>(type)) {}
};

class JsonHubWriter final : public HubWriter {
 public:
  void invocation(std::string& out, std::string_view target, std::string_view arguments,
                  std::string_view id) const override {
    Record record(out, HubType::invocation);
    if (!id.empty()) record.text("invocationId", id);
    record.text("target", target);
    record.raw("arguments", arguments);
  }
  void item(std::string& out, std::string_view id, std::string_view item) const override {
    Record record(out, HubType::stream_item);
    record.text("invocationId", id);
    record.raw("item", item);
  }
  void completion(std::string& out, std::string_view id, std::string_view result) const override {
    Record record(out, HubType::completion);
    record.text("invocationId", id);
    if (!result.empty()) record.raw("result", result);
  }
  void refusal(std::string& out, std::string_view id, std::string_view error) const override {
    Record record(out, HubType::completion);
    record.text("invocationId", id);
    record.text("error", error);
  }
  void ping(std::string& out) const override { Record(out, HubType::ping); }
  void close(std::string& out, std::string_view error, bool may_return) const override {
    Record record(out, HubType::close);
    if (!error.empty()) record.text("error", error);
    if (may_return) record.boolean("allowReconnect", true);
  }
  void ack(std::string& out, std::uint64_t last) const override {
    Record(out, HubType::ack).number("sequenceId", last);
  }
  void sequence(std::string& out, std::uint64_t next) const override {
    Record(out, HubType::sequence).number("sequenceId", next);
  }
};

}  // namespace

const HubWriter& json_hub_writer() {
  static const JsonHubWriter writer;
  return writer;
}

}  // namespace chat
