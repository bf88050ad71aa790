#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// The mark of a traced message: a traceparent of W3C Trace Context, version 00, as the last member of its body. It
/// names the trace and the span of the node that took the message.
namespace chat {

inline constexpr std::size_t kTraceparentBytes = 55;
inline constexpr std::string_view kTraceMember = R"(,"trace":")";
inline constexpr std::size_t kTraceMarkBytes = kTraceMember.size() + kTraceparentBytes + 2;  // the quote and the brace

bool is_traceparent(std::string_view text);
/// Whether its maker records the trace.
bool is_sampled(std::string_view traceparent);
/// "4bf92f3577b34da6a3ce929d0e0e4736"
inline std::string_view trace_id_of(std::string_view traceparent) { return traceparent.substr(3, 32); }
/// "00f067aa0ba902b7"
inline std::string_view span_id_of(std::string_view traceparent) { return traceparent.substr(36, 16); }

/// A trace of its own.
std::string new_traceparent();
/// Another span of the same trace.
std::string child_of(std::string_view traceparent);

/// Appends the mark to a body without its last brace.
void append_trace_mark(std::string& body, std::string_view traceparent);

/// Whether the body may end with a mark; cheap.
inline bool is_marked(std::string_view body) {
  return body.size() > kTraceMarkBytes && body.substr(body.size() - kTraceMarkBytes).starts_with(kTraceMember);
}
/// The traceparent in the mark; empty: the message is not traced.
std::string_view trace_of(std::string_view body);

}  // namespace chat
