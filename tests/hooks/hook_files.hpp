#pragma once

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "chat/hooks/hook_rules.hpp"

namespace chat {

/// A folder of files for one test; goes with it.
class HookFiles {
 public:
  HookFiles() {
    static int count = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("chat-hooks-" + std::to_string(::getpid()) + '-' + std::to_string(++count));
    std::filesystem::create_directories(folder_);
    write("secret", std::string(32, 's') + '\n');
  }
  ~HookFiles() { std::filesystem::remove_all(folder_); }
  HookFiles(const HookFiles&) = delete;
  HookFiles& operator=(const HookFiles&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  /// The text of a file of hooks with this member `hooks`.
  std::string with(const std::string& hooks, const std::string& more = "") const {
    return R"({"secret_file":")" + path("secret") + '"' + more + R"(,"hooks":)" + hooks + '}';
  }
  std::shared_ptr<const HookRules> rules(const std::string& hooks, const std::string& more = "") const {
    auto read = hook_rules_from_text(with(hooks, more), "hooks.json");
    EXPECT_TRUE(read) << read.error().message;
    return read ? *read : nullptr;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace chat
