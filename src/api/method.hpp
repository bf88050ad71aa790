#pragma once

#include <string>
#include <string_view>

#include "api/parameters.hpp"
#include "chat/api/server_api.hpp"

namespace chat::api {

/// One call under way. `done` takes the result, a JSON object.
struct Call {
  ServerApi& api;
  const ApiParts& parts;
  const ApiKey& key;  // until the method returns
  Parameters parameters;
  Completion<std::string> done;
  std::string_view traceparent{};  // of the request, until the method returns; empty: none
};

/// A method of the API. Throws a Failure, or completes the call.
struct Method {
  std::string_view name;
  Scope scope;
  void (*run)(Call call);
};

/// null: there is no such method.
const Method* find_method(std::string_view name);

// By subject, a file each.
void publish(Call call);
void broadcast(Call call);
void history(Call call);
void presence(Call call);
void presence_stats(Call call);
void rooms(Call call);
void channels(Call call);
void info(Call call);
void subscribe(Call call);
void unsubscribe(Call call);
void disconnect(Call call);
void refresh(Call call);
void notify(Call call);
void ask(Call call);
void revoke(Call call);
void block(Call call);
void unblock(Call call);
void kick(Call call);
void ban(Call call);
void unban(Call call);
void mute(Call call);
void unmute(Call call);
void find(Call call);
void drain(Call call);
void batch(Call call);

}  // namespace chat::api
