#include "support/postgres_server.hpp"

#include <fcntl.h>
#include <pwd.h>
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

/// PostgreSQL does not run as root; the package has a user for it.
const passwd* other_user() { return ::getuid() == 0 ? ::getpwnam("postgres") : nullptr; }

/// Starts a program of PostgreSQL, which ends with this process.
pid_t launch_program(std::vector<std::string> words, const std::string& log) {
  const passwd* const user = other_user();
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (user != nullptr && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

std::string program(const std::string& name) { return std::string(CHAT_POSTGRES_PROGRAMS) + '/' + name; }

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  if (!server.is_running()) server.start();
  return server;
}

PostgresServer::PostgresServer() {
  std::string pattern = (fs::temp_directory_path() / "chat-postgres-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  folder_ = pattern;
  const passwd* const user = other_user();
  if (user != nullptr && ::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("cannot give the folder to the user postgres");
  }
  const std::string data = folder_ + "/data";
  const pid_t pid = launch_program({program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                                    "--locale=C", "--no-sync", "--no-instructions"},
                                   folder_ + "/log");
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid || status != 0) throw std::runtime_error("initdb fails: " + folder_ + "/log");
  std::ofstream(data + "/pg_hba.conf") << "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 md5\n";
  std::ofstream(data + "/postgresql.conf", std::ios::app)
      << "listen_addresses = '127.0.0.1'\nunix_socket_directories = '" << folder_
      << "'\nfsync = off\nmax_connections = 200\nautovacuum_naptime = 10\npassword_encryption = 'md5'\n";
  for (int attempt = 0; attempt < 5 && !is_running(); ++attempt) {  // another program may take the port in between
    port_ = free_port();
    launch();
  }
  if (!is_running()) throw std::runtime_error("postgres does not start");
  execute("create role chat login password 'PASSWORD'; grant create on database postgres to chat");
}

PostgresServer::~PostgresServer() {
  kill();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string PostgresServer::url(const std::string& schema) const {
  return "postgres://chat:PASSWORD@127.0.0.1:" + std::to_string(port_) + "/postgres?schema=" + schema;
}

bool PostgresServer::launch() {
  pid_ = launch_program({program("postgres"), "-D", folder_ + "/data", "-p", std::to_string(port_)}, folder_ + "/log");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline) {
    if (answers()) return true;
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  pid_ = -1;
  return false;
}

bool PostgresServer::answers() {
  try {
    return execute("select 1") == std::vector<std::string>{"1"};
  } catch (const std::runtime_error&) {
    return false;
  }
}

void PostgresServer::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGQUIT);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void PostgresServer::start() {
  if (!launch()) throw std::runtime_error("postgres does not start again");
}

PostgresServer::Session::Session(unsigned short port)
    : connection_(
          PQconnectdb(("host=127.0.0.1 port=" + std::to_string(port) + " user=postgres dbname=postgres").c_str()),
          &PQfinish) {
  PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
}

std::vector<std::string> PostgresServer::Session::execute(const std::string& sql) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_.get(), sql.c_str()), &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw std::runtime_error(PQerrorMessage(connection_.get()));
  }
  std::vector<std::string> values;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      values.emplace_back(PQgetvalue(result.get(), row, column));
    }
  }
  return values;
}

}  // namespace chat
