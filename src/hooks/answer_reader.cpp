#include "hooks/answer_reader.hpp"

#include <algorithm>

#include "chat/codec/json/data_limits.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/rights.hpp"
#include "chat/hooks/hook_answers.hpp"

namespace chat {
namespace {

/// The answer's own share of the nesting of its values: the object, a list, an item.
constexpr std::size_t kOwnDepth = 3;
constexpr JsonLimits kAnswerLimits{.depth = limits::kJsonDepth + kOwnDepth, .members = 16'384};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }

/// At most `most` bytes of UTF-8, no code point cut in two.
void cut(std::string& text, std::size_t most) {
  if (text.size() <= most) return;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (most > 0 && continues(text[most])) --most;
  text.resize(most);
}

}  // namespace

std::optional<JsonView> AnswerReader::root(std::string_view body) {
  if (body.size() > kHookAnswerBytes) fail("the answer", "has more than 64 KiB");
  if (good()) {
    if (const auto fault = validate_json(body, kAnswerLimits)) fail("the answer", "is no usable JSON: " + *fault);
  }
  if (!good()) return std::nullopt;
  const JsonView value(body);
  if (value.is(Kind::object)) return value;
  fail("the answer", "is no JSON object");
  return std::nullopt;
}

void AnswerReader::fail(std::string_view place, std::string_view sentence) {
  if (good()) fault_ = std::string(place) + ' ' + std::string(sentence);
}

std::string AnswerReader::text(std::string_view place, JsonView value, std::size_t most) {
  auto text = value.is(Kind::text) ? value.text() : std::string();
  if (text.empty()) {
    fail(place, "must be a text that is not empty");
  } else if (text.size() > most) {
    fail(place, "is longer than " + std::to_string(most) + " bytes");
  } else if (std::any_of(text.begin(), text.end(), is_control)) {
    fail(place, "has a control character");
  }
  return text;
}

std::string AnswerReader::reason(std::string_view place, JsonView value) {
  if (!value.is(Kind::text)) fail(place, "must be a text");
  auto text = value.is(Kind::text) ? value.text() : std::string();
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  cut(text, limits::kReasonBytes);
  return text;
}

Rights AnswerReader::rights(std::string_view place, JsonView value) {
  Rights rights;
  if (!value.is(Kind::array)) {
    fail(place, "must be a list of rights");
    return rights;
  }
  value.for_each_item([&](JsonView item) {
    const auto right = item.is(Kind::text) ? to_right(item.text()) : std::nullopt;
    right ? rights.add(*right) : fail(place, "has an entry that is no right: " + to_text(kTokenRights, ", "));
  });
  return rights;
}

Content AnswerReader::content(std::string_view place, JsonView object) {
  const auto text = object.find("text");
  const auto data = object.find("data");
  if (text.has_value() == data.has_value()) {
    fail(place, "must have one of text and data");
    return {};
  }
  const auto at = std::string(place) + (text ? ".text" : ".data");
  if (data) return {Content::Kind::data, json(at, *data, limits::kClientMessageBytes, kDataLimits)};
  auto written = text->is(Kind::text) ? text->text() : std::string();
  if (written.empty()) fail(at, "must be a text that is not empty");
  if (written.size() > limits::kTextBytes) fail(at, "is longer than 4096 bytes");
  if (written.find('\0') != std::string::npos) fail(at, "has a NUL character");
  return {Content::Kind::text, std::move(written)};
}

std::string AnswerReader::json(std::string_view place, JsonView value, std::size_t most, JsonLimits allowed) {
  auto compact = value.compact();
  if (compact.size() > most) fail(place, "is longer than " + std::to_string(most) + " bytes");
  if (const auto fault = validate_json(compact, allowed)) fail(place, "is no usable JSON: " + *fault);
  return compact;
}

}  // namespace chat
