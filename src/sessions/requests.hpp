#pragma once

#include <string>

#include "chat/core/command.hpp"
#include "chat/sessions/session.hpp"

/// The requests that name no room. Each is answered. Thread: the session's.
namespace chat {

void serve(Session& session, const RequestId& id, Hello& hello);
void serve(Session& session, const RequestId& id, Refresh& refresh);
void serve(Session& session, const RequestId& id, AskNode& node);
void serve(Session& session, const RequestId& id, WatchCluster& watch);
void serve(Session& session, const RequestId& id, Call& call);
void serve(Session& session, const RequestId& id, AnswerAsk& given);
/// A request that cannot be served; too many end the session.
void serve(Session& session, const RequestId& id, Failure& failure);

/// The first words to a client.
void welcome(Session& session, const RequestId& id);
/// False, and answered, if the person cannot be called so.
bool rename(Session& session, const RequestId& id, std::string name);

}  // namespace chat
