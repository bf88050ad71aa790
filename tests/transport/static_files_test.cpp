#include "chat/transport/http/static_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "transport/request.hpp"

namespace chat {
namespace {

namespace fs = std::filesystem;
namespace http = boost::beast::http;

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    std::string pattern = (fs::temp_directory_path() / "chat-web-XXXXXX").string();
    top = ::mkdtemp(pattern.data());
    web = top / "web";
    write("web/index.html", "<!doctype html>");
    write("web/js/main.js", "import './x.js';");
    write("web/style.css", "body{}");
    write("web/logo.unknown", "?");
    write("secret", "secret");
  }
  ~StaticFilesTest() override { fs::remove_all(top); }
  void write(const std::string& path, const std::string& text) {
    fs::create_directories((top / path).parent_path());
    std::ofstream(top / path) << text;
  }
  fs::path top, web;
};

TEST_F(StaticFilesTest, ServesTheFilesThatWereThereWithTheirTypes) {
  const StaticFiles files(web);
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"/", "<!doctype html>", "text/html; charset=utf-8"},
      {"/index.html", "<!doctype html>", "text/html; charset=utf-8"},
      {"/?room=lobby", "<!doctype html>", "text/html; charset=utf-8"},
      {"/js/main.js", "import './x.js';", "text/javascript; charset=utf-8"},
      {"/style.css", "body{}", "text/css; charset=utf-8"},
      {"/logo.unknown", "?", "application/octet-stream"},
  };
  for (const auto& [path, body, type] : cases) {
    const auto response = files.serve(make_request(path));
    EXPECT_EQ(response.result(), http::status::ok) << path;
    EXPECT_EQ(response.body(), body) << path;
    EXPECT_EQ(header(response, "Content-Type"), type) << path;
  }
}

TEST_F(StaticFilesTest, LeavesOutWhatIsNoPartOfThePage) {
  const char* const others[] = {"/package.json", "/js/package-lock.json", "/client.d.ts", "/js/main.test.js",
                                "/README.md",    "/.gitignore",           "/.git/HEAD",   "/js/main.js.map"};
  for (const char* path : others) write(std::string("web") + path, "?");
  write("web/data.json", "{}");
  const StaticFiles files(web);
  for (const char* path : others) EXPECT_EQ(files.serve(make_request(path)).result(), http::status::not_found) << path;
  EXPECT_EQ(files.serve(make_request("/data.json")).result(), http::status::ok);
}

TEST_F(StaticFilesTest, LetsNoPathLeadOutOfTheFolder) {
  const StaticFiles files(web);
  for (const char* path : {"/../secret", "/js/../../secret", "/%2e%2e/secret", "/..%2fsecret", "//secret", "/secret",
                           "/js", "/js/", "secret", "", "/index.html/", "/INDEX.HTML"}) {
    EXPECT_EQ(files.serve(make_request(path)).result(), http::status::not_found) << path;
  }
}

TEST_F(StaticFilesTest, AnswersWithNothingWhoHasTheFileAlready) {
  const StaticFiles files(web);
  const auto etag = header(files.serve(make_request("/")), "ETag");
  ASSERT_FALSE(etag.empty());
  const auto again = files.serve(make_request("/", {{"If-None-Match", etag.c_str()}}));
  EXPECT_EQ(again.result(), http::status::not_modified);
  EXPECT_EQ(again.body(), "");
  EXPECT_EQ(header(again, "ETag"), etag);
  EXPECT_EQ(files.serve(make_request("/", {{"If-None-Match", "\"other\""}})).result(), http::status::ok);
  EXPECT_NE(header(files.serve(make_request("/style.css")), "ETag"), etag);
}

TEST_F(StaticFilesTest, LetsThePageRunNothingButItself) {
  const auto policy = header(StaticFiles(web).serve(make_request("/")), "Content-Security-Policy");
  for (const char* rule : {"default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'",
                           "frame-ancestors 'none'", "form-action 'none'", "require-trusted-types-for 'script'"}) {
    EXPECT_NE(policy.find(rule), std::string::npos) << rule;
  }
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
}

TEST_F(StaticFilesTest, NeedsAFolderWithAPage) {
  EXPECT_THROW(StaticFiles(top / "nowhere"), std::runtime_error);
  EXPECT_THROW(StaticFiles(web / "js"), std::runtime_error);
}

}  // namespace
}  // namespace chat
