// batch: several calls in one request, answered in their order.
#include <memory>
#include <utility>

#include "api/error_code.hpp"
#include "api/method.hpp"

namespace chat::api {
namespace {

struct BatchCommand {
  std::string method;
  std::string parameters;
};

/// Runs the commands one after the other, or all at once. Keeps itself alive until the last answer.
struct Running : std::enable_shared_from_this<Running> {
  Running(ServerApi& a, ApiKey k, std::vector<BatchCommand> c, Completion<std::string> d)
      : api(a), key(std::move(k)), commands(std::move(c)), answers(commands.size()), done(std::move(d)) {}

  void run(std::size_t i, bool goes_on) {
    const auto self = shared_from_this();
    api.call(commands[i].method, commands[i].parameters, key, [self, i, goes_on](const Result<std::string>& result) {
      self->answers[i] = answer_of(result);
      ++self->answered;
      if (self->answered == self->commands.size()) return self->finish();
      if (goes_on) self->run(i + 1, true);
    });
  }

  void finish() const {
    std::string out = R"({"replies":[)";
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (i > 0) out += ',';
      // {"publish":{…}} for {"result":{…}}: each reply is under its method.
      const std::string_view answer = answers[i];
      constexpr std::string_view kResult = R"({"result":)";
      if (answer.starts_with(kResult)) {
        ((((out += "{\"") += commands[i].method) += "\":") += answer.substr(kResult.size()));
      } else {
        out += answer;
      }
    }
    done(out + "]}");
  }

  ServerApi& api;
  ApiKey key;
  std::vector<BatchCommand> commands;
  std::vector<std::string> answers;
  std::size_t answered = 0;
  Completion<std::string> done;
};

std::vector<BatchCommand> read_commands(Parameters& parameters) {
  const auto list = parameters.value("commands");
  if (!list || !list->is(JsonView::Kind::array)) {
    throw Failure{ErrorCode::bad_request, "\"commands\" must be a list such as [{\"publish\":{…}}]"};
  }
  std::vector<BatchCommand> commands;
  list->for_each_item([&commands](JsonView item) {
    std::size_t members = 0;
    if (item.is(JsonView::Kind::object)) {
      item.for_each_member([&](std::string_view quoted, JsonView value) {
        ++members;
        commands.push_back({unescape_json(quoted.substr(1, quoted.size() - 2)), std::string(value.raw())});
      });
    }
    if (members != 1) throw Failure{ErrorCode::bad_request, "each command has one method, such as {\"publish\":{…}}"};
    if (find_method(commands.back().method) == nullptr) {
      throw Failure{ErrorCode::unknown_type, "there is no method \"" + commands.back().method + "\" in a batch"};
    }
  });
  if (commands.empty() || commands.size() > ServerApi::kMaxCommands) {
    throw Failure{ErrorCode::bad_request, "a batch has 1 to 100 commands"};
  }
  return commands;
}

}  // namespace

void batch(Call call) {
  auto commands = read_commands(call.parameters);
  const bool parallel = call.parameters.flag("parallel");
  call.parameters.expect_no_more();
  const auto running = std::make_shared<Running>(call.api, call.key, std::move(commands), std::move(call.done));
  if (!parallel) return running->run(0, true);
  for (std::size_t i = 0; i < running->commands.size(); ++i) running->run(i, false);
}

}  // namespace chat::api
