#include "support/redis_server.hpp"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "support/free_port.hpp"

namespace chat {
namespace {

namespace fs = std::filesystem;

void append_reply(std::vector<std::string>& out, const redisReply& reply) {
  if (reply.type == REDIS_REPLY_ARRAY) {
    for (std::size_t i = 0; i < reply.elements; ++i) append_reply(out, *reply.element[i]);
  } else if (reply.type == REDIS_REPLY_INTEGER) {
    out.push_back(std::to_string(reply.integer));
  } else if (reply.type == REDIS_REPLY_NIL) {
    out.emplace_back();
  } else {
    out.emplace_back(reply.str, static_cast<std::size_t>(reply.len));
  }
}

/// The rules of deploy/redis.acl as arguments: "--user", "chat", "on", …
std::vector<std::string> acl_rules() {
  std::ifstream file(CHAT_REDIS_ACL);
  std::vector<std::string> rules;
  for (std::string rule; file >> rule;) rules.push_back(rules.empty() ? "--" + rule : rule);
  return rules;
}

}  // namespace

RedisServer::RedisServer() {
  std::string pattern = (fs::temp_directory_path() / "chat-redis-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  folder_ = pattern;
  for (int attempt = 0; attempt < 5; ++attempt) {  // another program may take the port in between
    port_ = free_port();
    if (launch()) return;
  }
  throw std::runtime_error("redis-server does not start");
}

RedisServer::~RedisServer() {
  kill();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

bool RedisServer::launch() {
  const std::string port = std::to_string(port_);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves nothing behind
    const int log = ::open((folder_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    std::vector<std::string> rules = acl_rules();
    std::vector<char*> arguments;
    const auto add = [&arguments](std::string& text) { arguments.push_back(text.data()); };
    // With "everysec" Redis may answer before it has written, and then a busy disk would decide how much a kill takes.
    std::vector<std::string> words{
        "redis-server", "--port", port,           "--bind", "127.0.0.1",     "--dir", folder_,
        "--save",       "",       "--appendonly", "yes",    "--appendfsync", "no",    "--aof-load-truncated",
        "yes",          "--hz",   "100"};
    for (auto& word : words) add(word);
    for (auto& rule : rules) add(rule);
    arguments.push_back(nullptr);
    ::execvp("redis-server", arguments.data());
    ::_exit(127);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline) {
    if (answers()) return true;
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
    std::this_thread::yield();
  }
  return false;
}

bool RedisServer::answers() {
  try {
    return command({"PING"}) == std::vector<std::string>{"PONG"};
  } catch (const std::runtime_error&) {
    return false;
  }
}

void RedisServer::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisServer::start() {
  if (!launch()) throw std::runtime_error("redis-server does not start again");
}

void RedisServer::pause() { ::kill(pid_, SIGSTOP); }
void RedisServer::resume() { ::kill(pid_, SIGCONT); }

void RedisServer::cut_log(std::size_t bytes) {
  for (const auto& entry : fs::directory_iterator(folder_ + "/appendonlydir")) {
    if (!entry.path().string().ends_with(".incr.aof")) continue;
    fs::resize_file(entry.path(), entry.file_size() - std::min<std::uintmax_t>(bytes, entry.file_size()));
  }
}

std::vector<std::string> RedisServer::command(const std::vector<std::string>& arguments) {
  const timeval patience{5, 0};
  redisContext* context = ::redisConnectWithTimeout("127.0.0.1", port_, patience);
  if (context == nullptr || context->err != 0) {
    if (context != nullptr) ::redisFree(context);
    throw std::runtime_error("redis-server cannot be reached");
  }
  ::redisSetTimeout(context, patience);
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const auto& argument : arguments) {
    texts.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  auto* reply = static_cast<redisReply*>(
      ::redisCommandArgv(context, static_cast<int>(texts.size()), texts.data(), lengths.data()));
  std::vector<std::string> out;
  if (reply != nullptr) {
    append_reply(out, *reply);
    ::freeReplyObject(reply);
  }
  ::redisFree(context);
  return out;
}

}  // namespace chat
