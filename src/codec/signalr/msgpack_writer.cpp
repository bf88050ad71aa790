#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "codec/signalr/hub_message.hpp"
#include "codec/signalr/hub_writer.hpp"

namespace chat {
namespace {

using nlohmann::json;

enum class ResultKind : std::uint8_t { error = 1, none = 2, value = 3 };

void append(std::string& out, const json& message) {
  const std::vector<std::uint8_t> bytes = json::to_msgpack(message);
  std::size_t size = bytes.size();
  for (; size >= 0x80; size >>= 7) out += static_cast<char>((size & 0x7f) | 0x80);
  out += static_cast<char>(size);
  out.append(bytes.begin(), bytes.end());
}

json no_headers() { return json::object(); }

/// Texts that are our own, or have been read once.
json parsed(std::string_view text) { return json::parse(text); }

class MsgpackHubWriter final : public HubWriter {
 public:
  void invocation(std::string& out, std::string_view target, std::string_view arguments) const override {
    append(out, json::array({HubType::invocation, no_headers(), nullptr, target, parsed(arguments), json::array()}));
  }
  void item(std::string& out, std::string_view id, std::string_view item) const override {
    append(out, json::array({HubType::stream_item, no_headers(), id, parsed(item)}));
  }
  void completion(std::string& out, std::string_view id, std::string_view result) const override {
    json message = json::array({HubType::completion, no_headers(), id, ResultKind::none});
    if (!result.empty()) {
      message.back() = ResultKind::value;
      message.push_back(parsed(result));
    }
    append(out, message);
  }
  void refusal(std::string& out, std::string_view id, std::string_view error) const override {
    append(out, json::array({HubType::completion, no_headers(), id, ResultKind::error, error}));
  }
  void ping(std::string& out) const override { append(out, json::array({HubType::ping})); }
  void close(std::string& out, std::string_view error, bool may_return) const override {
    append(out, json::array({HubType::close, error.empty() ? json() : json(error), may_return}));
  }
  void ack(std::string& out, std::uint64_t last) const override { append(out, json::array({HubType::ack, last})); }
  void sequence(std::string& out, std::uint64_t next) const override {
    append(out, json::array({HubType::sequence, next}));
  }
};

}  // namespace

const HubWriter& msgpack_hub_writer() {
  static const MsgpackHubWriter writer;
  return writer;
}

}  // namespace chat
