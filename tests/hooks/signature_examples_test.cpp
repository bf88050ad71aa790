// The examples of src/hooks/README.md, run as an application would run them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <vector>

#include "chat/hooks/signature.hpp"
#include "hooks/hook_files.hpp"

namespace chat {
namespace {

const std::string kSecret = "0123456789abcdef0123456789abcdef";
const std::string kOther = "fedcba9876543210fedcba9876543210";
const std::string kBody = R"({"event":"join","room":"caf\u00e9"})";
constexpr std::int64_t kNow = 1'795'262'400;

/// The code of the only block of this language.
std::string example(const std::string& language) {
  std::ifstream file(CHAT_HOOKS_README);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto fence = "```" + language + "\n";
  const auto begin = text.find(fence);
  if (begin == std::string::npos) return {};
  return text.substr(begin + fence.size(), text.find("```", begin + 3) - begin - fence.size());
}

struct Header {
  std::string value;
  bool is_good;
};
std::vector<Header> headers() {
  const auto good = HookSigner({kSecret}).sign(kNow, kBody);
  return {{good, true},
          {HookSigner({kOther, kSecret}).sign(kNow, kBody), true},
          {HookSigner({kOther}).sign(kNow, kBody), false},
          {HookSigner({kSecret}).sign(kNow, kBody + ' '), false},
          {HookSigner({kSecret}).sign(kNow - 301, kBody), false},
          {HookSigner({kSecret}).sign(kNow + 301, kBody), false},
          {good.substr(0, good.size() - 1), false},
          {good + ",v1=" + std::string(64, '0'), true},
          {"t=1795262400,v1=é", false},
          {"t=" + std::string(5000, '9') + good.substr(good.find(',')), false},
          {"t=١٧٩٥٢٦٢٤٠٠" + good.substr(good.find(',')), false},
          {"t=1795262400", false},
          {"v1=", false},
          {"", false}};
}

/// Runs a program made of an example and one line of checks for each header; exit code 0: all checks hold.
void run(const std::string& interpreter, const std::string& file, std::string program,
         const std::function<std::string(const Header&)>& to_check) {
  const HookFiles files;
  for (const auto& header : headers()) program += to_check(header) + '\n';
  EXPECT_EQ(std::system((interpreter + ' ' + files.write(file, program)).c_str()), 0) << program;
}

TEST(SignatureExamples, TheOneForNodeAgrees) {
  const auto code = example("js");
  ASSERT_FALSE(code.empty());
  run("node", "example.cjs", code, [](const Header& header) {
    return "if (isFromCluster('" + kSecret + "', '" + header.value + "', String.raw`" + kBody + "`, " +
           std::to_string(kNow) + ") !== " + (header.is_good ? "true" : "false") + ") throw new Error('" +
           header.value + "');";
  });
}

TEST(SignatureExamples, TheOneInPythonAgrees) {
  const auto code = example("python");
  ASSERT_FALSE(code.empty());
  run("python3", "example.py", code, [](const Header& header) {
    return "assert is_from_cluster(b'" + kSecret + "', '" + header.value + "', rb'" + kBody + "', " +
           std::to_string(kNow) + ") is " + (header.is_good ? "True" : "False");
  });
}

}  // namespace
}  // namespace chat
