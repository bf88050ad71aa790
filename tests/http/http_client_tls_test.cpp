// The client with servers that speak TLS.
#include "http/http_client_fixture.hpp"

namespace chat {
namespace {

const TestCertificate& good_certificate() {
  static const auto certificate = make_certificate("DNS:localhost,IP:127.0.0.1");
  return certificate;
}

using HttpClientTlsTest = HttpClientTest;

TEST_F(HttpClientTlsTest, SpeaksTlsWithTheServerThatItsCertificateNames) {
  LocalServer server(loop_, &good_certificate());
  HttpClient client(loop_, files_.write("ca.pem", good_certificate().certificate));
  for (const auto* host : {"127.0.0.1", "localhost"}) {
    EXPECT_EQ(told(run(client, post_to(server.url(host)))), "200 {}");
    EXPECT_EQ(told(run(client, post_to(server.url(host)))), "200 {}");
  }
  EXPECT_EQ(server.connections, 2);
}

TEST_F(HttpClientTlsTest, RefusesACertificateOfAnotherHost) {
  const auto other = make_certificate("DNS:other.example");
  LocalServer server(loop_, &other);
  HttpClient client(loop_, files_.write("ca.pem", other.certificate));
  EXPECT_TRUE(told(run(client, post_to(server.url("localhost")))).starts_with("connection: TLS: "));
  EXPECT_EQ(server.requests, 0);
}

TEST_F(HttpClientTlsTest, RefusesACertificateOfAnUnknownAuthority) {
  LocalServer server(loop_, &good_certificate());
  EXPECT_EQ(told(run(client_, post_to(server.url()))), "connection: TLS: self-signed certificate");
  HttpClient other(loop_, files_.write("ca.pem", make_certificate("DNS:localhost").certificate));
  EXPECT_TRUE(told(run(other, post_to(server.url()))).starts_with("connection: TLS: self-signed certificate"));
  EXPECT_EQ(server.requests, 0);
}

TEST_F(HttpClientTlsTest, SaysWhenTlsIsNotPossible) {
  EXPECT_TRUE(told(run(client_, post_to("https://127.0.0.1:" + std::to_string(server_.port()))))
                  .starts_with("connection: TLS: "));
  HttpClient client(loop_, "/nowhere/ca.pem");
  EXPECT_EQ(told(run(client, post_to("https://127.0.0.1"))),
            "connection: the certificates of authorities cannot be read: No such file or directory");
}

}  // namespace
}  // namespace chat
