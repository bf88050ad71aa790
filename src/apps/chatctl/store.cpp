#include "apps/chatctl/store.hpp"

#include <utility>

#include "apps/chatctl/input.hpp"
#include "chat/backplane/registry.hpp"
#include "chat/base/log.hpp"

namespace chat::ctl {
namespace {

constexpr Seconds kPatience{5};
constexpr Seconds kPatienceForOtherShards{1};

std::string url_of(const StoreOptions& options) {
  const bool has_both = !options.backplane.empty() && !options.redis.empty();
  if (has_both && options.backplane != options.redis) {
    throw std::runtime_error("--backplane and --redis name different stores: give one of them");
  }
  const auto& url = options.backplane.empty() ? options.redis : options.backplane;
  if (url == "memory:") {
    throw std::runtime_error(
        "a node with memory: is alone, and chatctl does not reach it; name a store that joins nodes with --backplane "
        "URL "
        "or CHAT_BACKPLANE");
  }
  if (url.empty()) {
    throw std::runtime_error("nodes share what they know in a store: name it with --backplane URL or CHAT_BACKPLANE");
  }
  return url;
}

BackplaneOptions backplane_options(const StoreOptions& options) {
  BackplaneOptions made;
  made.program = "chatctl";
  made.ca_file = options.ca_file;
  if (options.password_file.empty()) return made;
  made.password = read_file(options.password_file);
  while (made.password.ends_with('\n') || made.password.ends_with('\r')) made.password.pop_back();
  if (made.password.empty()) throw std::runtime_error("the file of --redis-password-file is empty");
  return made;
}

}  // namespace

void add_store_options(CLI::App& command, StoreOptions& options) {
  const auto setting = [&command](const char* flag, std::string& place, const char* variable, std::string meaning) {
    command.add_option(flag, place, std::move(meaning))->envname(variable);
  };
  setting("--backplane", options.backplane, "CHAT_BACKPLANE", "Store that joins the nodes, as chatd has it");
  setting("--redis", options.redis, "CHAT_REDIS", "Another name for --backplane");
  setting("--redis-password-file", options.password_file, "CHAT_REDIS_PASSWORD_FILE",
          "File with the password for Redis, instead of one in the URL");
  setting("--redis-ca", options.ca_file, "CHAT_REDIS_CA",
          "File with the certificate (PEM) of the authority that signed Redis's; if not given, the system's");
}

Store::Store(const StoreOptions& options) {
  const auto url = url_of(options);
  const auto backplane = backplane_options(options);
  const auto fault = standard_backplanes().check(url, backplane);
  if (!fault.empty()) throw std::runtime_error((options.backplane.empty() ? "--redis: " : "--backplane: ") + fault);
  open_log(LogLevel::warn, LogFormat::text);  // says why a store does not answer
  services_ = standard_backplanes().maker_of(url).make(loop_, url, backplane);
  services_->backplane().start(shards_);
  try {
    wait_until([this] { return shards_.count() > 0; });
    comes_true([this] { return shards_.count() == services_->backplane().store_shard_count(); },
               kPatienceForOtherShards);
  } catch (...) {
    services_->backplane().stop();
    throw;
  }
}

Store::~Store() { services_->backplane().stop(); }

bool Store::comes_true(const std::function<bool()>& condition, Seconds patience) {
  const Instant deadline = std::chrono::steady_clock::now() + patience;
  while (!condition() && std::chrono::steady_clock::now() < deadline) loop_.run_one_until(deadline);
  return condition();
}

void Store::wait_until(const std::function<bool()>& condition) {
  if (!comes_true(condition, kPatience)) throw std::runtime_error("the store has not answered for 5 s");
}

}  // namespace chat::ctl
