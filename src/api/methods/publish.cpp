// publish, broadcast: messages of the application, appended to the log of a room as those of clients are.
#include <memory>
#include <utility>

#include "api/error_code.hpp"
#include "api/method.hpp"
#include "chat/base/json_text.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "chat/core/trace_mark.hpp"

namespace chat::api {
namespace {

constexpr Milliseconds kRetryNewRoom{60'000};
constexpr std::size_t kIdempotencyKeyBytes = 128;

/// The message of a call, without its room.
struct Post {
  std::string body;
  std::string idempotency_key;
};

User author_of(Parameters& parameters, const ApiKey& key) {
  User author;
  const auto user = parameters.user();
  author.id = user.value_or("app." + key.id);
  auto name = parameters.text("name", limits::kUserNameBytes).value_or(user.value_or(key.id));
  const auto normal = to_user_name(name);
  if (!normal) throw Failure{ErrorCode::bad_request, "\"name\" must have something to see and no control characters"};
  author.name = *normal;
  return author;
}

std::string idempotency_key_of(Parameters& parameters) {
  auto key = parameters.text("idempotency_key", kIdempotencyKeyBytes);
  if (key && key->empty()) throw Failure{ErrorCode::bad_request, "\"idempotency_key\" is empty"};
  return std::move(key).value_or(std::string());
}

Post read_post(const ApiParts& parts, Parameters& parameters, const ApiKey& key, std::string trace) {
  Draft draft;
  draft.from = author_of(parameters, key);
  draft.content = parameters.content();
  draft.time = parts.clock.unix_ms();
  draft.node = parts.node;
  draft.sender = draft.from.id;
  draft.trace = std::move(trace);
  Post post{encode_body(draft), idempotency_key_of(parameters)};
  if (post.body.size() > limits::kStoredBytes) {
    throw Failure{ErrorCode::too_large, "the message would take more than 17 KiB as JSON"};
  }
  return post;
}

std::string text_of_appended(const Appended& appended) {
  std::string out = R"({"offset":)";
  append_number(out, appended.position.offset);
  out += R"(,"epoch":)";
  append_json_string(out, appended.position.epoch);
  if (appended.duplicate) out += R"(,"duplicate":true)";
  return out += '}';
}

void append(const ApiParts& parts, std::string room, const Post& post, Completion<Appended> done) {
  const RoomSettings& settings = *parts.policy.access({}, room).settings;
  Append append{room, {}, 0, post.body, settings.history_size, settings.history_age};
  append.idempotency_key = post.idempotency_key;
  auto& backplane = parts.backends.backplane();
  const auto store = [&backplane, append = std::move(append), done] { backplane.append(append, done); };
  if (backplane.takes_new_rooms()) return store();
  backplane.top(std::move(room), [store, done](const Result<Position>& top) {
    if (!top) return done(top.error());
    if (top->offset > 0) return store();
    done(Failure{ErrorCode::busy, "the store is nearly full, no new rooms for now", kRetryNewRoom});
  });
}

Completion<Appended> answering(Completion<std::string> done) {
  return [done = std::move(done)](const Result<Appended>& appended) {
    appended ? done(text_of_appended(*appended)) : done(appended.error());
  };
}

/// Reports the hops of a message whose trace the application has begun, or this node.
Completion<Appended> tracing(const ApiParts& parts, Intake intake, Completion<Appended> done) {
  return [&parts, intake = std::move(intake), done = std::move(done)](const Result<Appended>& appended) {
    if (appended) {
      report_taken(*parts.hops, intake, appended->position, appended->duplicate, parts.clock.unix_us());
    }
    done(appended);
  };
}

/// Gathers the answers of a broadcast in the order of its rooms.
struct BroadcastGathering {
  std::vector<std::string> answers;
  std::size_t missing;
  Completion<std::string> done;
};

}  // namespace

void publish(Call call) {
  auto room = call.parameters.room();
  const ApiParts& parts = call.parts;
  const std::string trace = parts.traces == nullptr ? std::string() : parts.traces->follow(call.traceparent);
  Intake intake{room, {}, trace, {}, parts.clock.unix_us()};
  if (is_traceparent(call.traceparent)) intake.parent = call.traceparent;
  const Post post = read_post(parts, call.parameters, call.key, trace);
  call.parameters.expect_no_more();
  auto done = answering(std::move(call.done));
  if (!trace.empty()) done = tracing(parts, std::move(intake), std::move(done));
  append(parts, std::move(room), post, std::move(done));
}

void broadcast(Call call) {
  auto rooms = call.parameters.texts("rooms", ServerApi::kMaxRooms);
  if (rooms.empty()) rooms = call.parameters.texts("channels", ServerApi::kMaxRooms);
  if (rooms.empty()) throw Failure{ErrorCode::bad_request, "\"rooms\" is missing"};
  for (const auto& room : rooms) check_room(room);
  const Post post = read_post(call.parts, call.parameters, call.key, {});
  call.parameters.expect_no_more();
  const auto gathering = std::make_shared<BroadcastGathering>(
      BroadcastGathering{std::vector<std::string>(rooms.size()), rooms.size(), std::move(call.done)});
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    auto done = answering([gathering, i](const Result<std::string>& result) {
      gathering->answers[i] = answer_of(result);
      if (--gathering->missing > 0) return;
      std::string out = R"({"responses":[)";
      for (const auto& answer : gathering->answers) (out += answer) += ',';
      out.back() = ']';
      gathering->done(out + '}');
    });
    append(call.parts, std::move(rooms[i]), post, std::move(done));
  }
}

}  // namespace chat::api
