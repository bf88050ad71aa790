#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/hub_writer.hpp"
#include "protocols/signalr/json_to_msgpack.hpp"

namespace chat {
namespace {

using namespace std::string_view_literals;

enum class ResultKind : std::uint8_t { error = 1, none = 2, value = 3 };

constexpr auto kNull = "\xc0"sv, kFalse = "\xc2"sv, kTrue = "\xc3"sv;
constexpr auto kNoHeaders = "\x80"sv, kNoStreams = "\x90"sv;

/// One message: an array of so many parts, at last with its length in front.
class Parts {
 public:
  Parts(std::string& out, HubType type, unsigned count) : out_(out), begin_(out.size()) {
    out_ += static_cast<char>(0x90 | count);
    number(static_cast<std::uint64_t>(type));
  }
  ~Parts() {
    std::string length;
    std::size_t size = out_.size() - begin_;
    for (; size >= 0x80; size >>= 7) length += static_cast<char>((size & 0x7f) | 0x80);
    length += static_cast<char>(size);
    out_.insert(begin_, length);
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  void raw(std::string_view bytes) { out_ += bytes; }
  void number(std::uint64_t value) { append_msgpack_number(out_, value); }
  void text(std::string_view text) { append_msgpack_text(out_, text); }
  void json(std::string_view text) { append_msgpack_of_json(out_, text); }
  void kind(ResultKind kind) { number(static_cast<std::uint64_t>(kind)); }

 private:
  std::string& out_;
  std::size_t begin_;
};

class MsgpackHubWriter final : public HubWriter {
 public:
  void invocation(std::string& out, std::string_view target, std::string_view arguments,
                  std::string_view id) const override {
    Parts parts(out, HubType::invocation, 6);
    parts.raw(kNoHeaders);
    id.empty() ? parts.raw(kNull) : parts.text(id);
    parts.text(target);
    parts.json(arguments);
    parts.raw(kNoStreams);
  }
  void item(std::string& out, std::string_view id, std::string_view item) const override {
    Parts parts(out, HubType::stream_item, 4);
    parts.raw(kNoHeaders);
    parts.text(id);
    parts.json(item);
  }
  void completion(std::string& out, std::string_view id, std::string_view result) const override {
    Parts parts(out, HubType::completion, result.empty() ? 4 : 5);
    parts.raw(kNoHeaders);
    parts.text(id);
    parts.kind(result.empty() ? ResultKind::none : ResultKind::value);
    if (!result.empty()) parts.json(result);
  }
  void refusal(std::string& out, std::string_view id, std::string_view error) const override {
    Parts parts(out, HubType::completion, 5);
    parts.raw(kNoHeaders);
    parts.text(id);
    parts.kind(ResultKind::error);
    parts.text(error);
  }
  void ping(std::string& out) const override { Parts(out, HubType::ping, 1); }
  void close(std::string& out, std::string_view error, bool may_return) const override {
    Parts parts(out, HubType::close, 3);
    if (error.empty()) {
      parts.raw(kNull);
    } else {
      parts.text(error);
    }
    parts.raw(may_return ? kTrue : kFalse);
  }
  void ack(std::string& out, std::uint64_t last) const override { Parts(out, HubType::ack, 2).number(last); }
  void sequence(std::string& out, std::uint64_t next) const override { Parts(out, HubType::sequence, 2).number(next); }
};

}  // namespace

const HubWriter& msgpack_hub_writer() {
  static const MsgpackHubWriter writer;
  return writer;
}

}  // namespace chat
