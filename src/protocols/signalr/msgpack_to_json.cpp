#include "protocols/signalr/msgpack_to_json.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "chat/base/digest.hpp"
#include "chat/base/json_text.hpp"
#include "chat/codec/msgpack_timestamp.hpp"
#include "protocols/signalr/limits.hpp"

namespace chat {
namespace {

/// Bytes of a message, and of its JSON: more cannot be stored, whatever else is in it.
constexpr std::size_t kMax = limits::kStoredBytes + 1024;
/// Bytes in which a message says what it answers to.
constexpr std::size_t kBeginning = 512;

/// Writes JSON as the parser reports the parts of the one array, and stops it at the first breach of a limit.
class JsonWriter final : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonFromMsgpack take() {
    if (!fault_ && !is_array_) refuse("a hub message is an array");
    if (!fault_) return {std::move(out_), {}};
    out_.resize(complete_);
    return {is_array_ ? out_ + ']' : "[]", std::move(fault_)};
  }

  bool null() override { return add("null"); }
  bool boolean(bool value) override { return add(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return add_number(value); }
  bool number_unsigned(number_unsigned_t value) override { return add_number(value); }
  bool number_float(number_float_t value, const string_t&) override {
    return std::isfinite(value) ? add_number(value) : null();
  }
  bool string(string_t& value) override { return add_text(value); }
  bool binary(binary_t& value) override {
    if (value.size() > limits::kTextBytes) return refuse_size();
    const std::string_view bytes(reinterpret_cast<const char*>(value.data()), value.size());
    if (!value.has_subtype()) return add_text(to_base64(bytes));
    if (static_cast<std::int8_t>(value.subtype()) != kMsgpackTimestamp) return refuse("extensions have no place here");
    const auto time = msgpack_timestamp(bytes);
    return time ? add_text(*time) : refuse("a timestamp that is none");
  }

  bool start_object(std::size_t) override { return open('{'); }
  bool start_array(std::size_t) override { return open('['); }
  bool end_object() override { return close('}'); }
  bool end_array() override { return close(']'); }

  bool key(string_t& name) override {
    separate();
    if (!append_text(name)) return false;
    out_ += ':';
    is_first_ = true;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("unreadable from byte " + std::to_string(position));
  }

  bool refuse_size() {
    return refuse({ErrorCode::too_large, "a message may have " + std::to_string(limits::kTextBytes) + " bytes"});
  }

 private:
  /// What was refused first is what is wrong.
  bool refuse(Failure failure) {
    if (!fault_) fault_ = std::move(failure);
    return false;
  }
  bool refuse(std::string why) { return refuse({ErrorCode::bad_request, std::move(why)}); }

  void separate() {
    if (!is_first_) out_ += ',';
    is_first_ = false;
  }

  /// A value is whole.
  bool end() {
    if (out_.size() > kMax) return refuse_size();
    if (open_.size() == 1) complete_ = out_.size();
    return true;
  }

  bool add(std::string_view word) {
    if (open_.empty()) return refuse("a hub message is an array");
    separate();
    out_ += word;
    return end();
  }

  template <class Number>
  bool add_number(Number value) {
    std::array<char, 32> digits{};
    const auto last = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return add({digits.data(), static_cast<std::size_t>(last - digits.data())});
  }

  bool append_text(std::string_view text) {
    if (text.size() > limits::kTextBytes) return refuse_size();
    append_json_string(out_, text);
    return out_.size() <= kMax || refuse_size();
  }

  bool add_text(std::string_view text) {
    if (open_.empty()) return refuse("a hub message is an array");
    separate();
    return append_text(text) && end();
  }

  bool open(char bracket) {
    if (open_.empty() && bracket != '[') return refuse("a hub message is an array");
    if (open_.size() == limits::kHubJsonDepth) return refuse("nested too deeply");
    if (open_.empty()) is_array_ = true;
    separate();
    out_ += bracket;
    open_.push_back(bracket);
    is_first_ = true;
    if (open_.size() == 1) complete_ = out_.size();
    return true;
  }

  bool close(char bracket) {
    out_ += bracket;
    open_.pop_back();
    is_first_ = false;
    return open_.empty() || end();
  }

  std::string out_;
  std::size_t complete_ = 0;  // where the last whole item of the array ends
  std::vector<char> open_;    // brackets
  bool is_first_ = true;      // nothing stands before in the innermost of them
  bool is_array_ = false;
  std::optional<Failure> fault_;
};

}  // namespace

JsonFromMsgpack msgpack_to_json(std::string_view bytes) {
  JsonWriter writer;
  if (bytes.size() > kMax) {
    writer.refuse_size();
    bytes = bytes.substr(0, kBeginning);
  }
  nlohmann::json::sax_parse(bytes.begin(), bytes.end(), &writer, nlohmann::json::input_format_t::msgpack);
  return writer.take();
}

}  // namespace chat
