// find, drain: what operators do with sessions and nodes.
#include "api/method.hpp"
#include "chat/core/names.hpp"

namespace chat::api {

void find(Call call) {
  const auto text = call.parameters.required_text("text");
  if (text.empty()) throw Failure{ErrorCode::bad_request, "\"text\" is empty"};
  call.parameters.expect_no_more();
  call.parts.operations.find(text, std::move(call.done));
}

void drain(Call call) {
  const auto node = call.parameters.required_text("node");
  if (!is_node_id(node)) throw Failure{ErrorCode::bad_request, "\"node\" is the id of a node: 1 to 32 of a-z 0-9 -"};
  call.parameters.expect_no_more();
  call.parts.operations.drain(node, std::move(call.done));
}

}  // namespace chat::api
