#include "chat/core/message.hpp"

#include <algorithm>
#include <charconv>

#include "chat/base/json_text.hpp"
#include "chat/base/utf8.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/trace_mark.hpp"

namespace chat {

std::string encode_body(const Draft& draft) {
  std::string out;
  out.reserve(draft.content.value.size() + draft.from.name.size() + 192);
  out += R"({"from":{"id":)";
  append_json_string(out, draft.from.id);
  out += R"(,"name":)";
  append_json_string(out, draft.from.name);
  if (draft.content.kind == Content::Kind::text) {
    out += R"(},"text":)";
    append_json_string(out, draft.content.value);
  } else {
    out += R"(},"data":)";
    out += draft.content.value;
  }
  out += R"(,"time":)";
  append_number(out, draft.time);
  out += R"(,"node":)";
  append_json_string(out, draft.node);
  if (draft.seq != 0) {
    if (draft.sender != draft.from.id) {
      out += R"(,"sender":)";
      append_json_string(out, draft.sender);
    }
    out += R"(,"seq":)";
    append_number(out, draft.seq);
  }
  if (!draft.trace.empty()) append_trace_mark(out, draft.trace);
  out += '}';
  return out;
}

/// The last member of that name is that of the body: the members behind it are a node, a sender and a count, and a
/// quote inside a text has a backslash.
UnixMs time_of(std::string_view body) {
  constexpr std::string_view kTime = R"(,"time":)";
  const auto place = body.rfind(kTime);
  if (place == std::string_view::npos) return 0;
  UnixMs time = 0;
  std::from_chars(body.data() + place + kTime.size(), body.data() + body.size(), time);
  return std::max<UnixMs>(time, 0);
}

SharedBytes decode_body(std::string_view body) {
  const auto is_line = [body] {  // most of the world writes in ASCII, which is one pass
    return is_printable_ascii(body) || (body.find('\n') == std::string_view::npos && is_utf8(body));
  };
  const bool good = body.size() > 2 && body.size() <= limits::kBodyBytes && body.front() == '{' && body.back() == '}' &&
                    body.find_first_not_of(" \t\r", 1) != body.size() - 1 && is_line();
  return SharedBytes(good ? body : R"({"data":null})");
}

}  // namespace chat
