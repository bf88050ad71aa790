#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "chat/http/http_client.hpp"
#include "hooks/hook_files.hpp"
#include "http/local_server.hpp"
#include "support/run_until.hpp"

namespace chat {

/// A client and a server of its own on this machine.
class HttpClientTest : public testing::Test {
 protected:
  static OutgoingRequest post_to(const std::string& url, Milliseconds timeout = Seconds(5)) {
    OutgoingRequest post{*parse_http_url(url), {{"X-Chat-Event", "join"}}, R"({"a":1})", timeout};
    post.is_repeatable = true;
    return post;
  }
  HttpOutcome run(HttpClient& client, OutgoingRequest post) {
    std::optional<HttpOutcome> outcome;
    client.send(std::move(post), [&](HttpOutcome got) { outcome = std::move(got); });
    EXPECT_FALSE(outcome) << "completed before the call has returned";
    run_until(loop_, [&] { return outcome.has_value(); });
    return outcome.value_or(HttpFault{HttpFault::Kind::timeout, "it never ended"});
  }
  HttpOutcome run() { return run(client_, post_to(server_.url())); }
  HttpOutcome run(ServerReply reply) {
    server_.answer = [reply](const LocalServer::Request&) { return reply; };
    return run(client_, post_to(server_.url(), Milliseconds(1000)));
  }
  /// "timeout: …", "connection: …", "answer: …", or the status and the body.
  static std::string told(const HttpOutcome& outcome) {
    if (const auto* reply = std::get_if<RequestReply>(&outcome))
      return std::to_string(reply->status) + ' ' + reply->body;
    const auto& fault = std::get<HttpFault>(outcome);
    static constexpr const char* kKinds[] = {"timeout: ", "connection: ", "answer: "};
    return kKinds[static_cast<std::size_t>(fault.kind)] + fault.why;
  }

  boost::asio::io_context loop_;
  HookFiles files_;
  LocalServer server_{loop_};
  HttpClient client_{loop_};
};

}  // namespace chat
