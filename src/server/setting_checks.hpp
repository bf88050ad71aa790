#pragma once

#include <CLI/CLI.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

namespace chat {

// Each check returns a sentence that names the values a setting takes; empty: the value is good.

std::string check_listen(const std::string& value);
std::string check_file(const std::string& value);
std::string check_folder(const std::string& value);
std::string check_node_id(const std::string& value);
/// The value stays out of the sentence: it is a secret, well chosen or not.
std::string check_secret(const std::string& value);
std::string check_range(const std::string& value);
std::string check_origin(const std::string& value);
std::string check_receive_field(const std::string& value);
std::string check_hub_path(const std::string& value);
/// A URL as --jwt-jwks-url has it.
std::string check_jwks(const std::string& value);
/// A URL without a path for each signal: the exporter appends it.
std::string check_otlp(const std::string& value);
std::string check_host(const std::string& value);

/// One of some words, turned into its place among them, which is the value of the enumeration.
CLI::Validator one_of(std::vector<std::string> words);

/// Of a value that check_listen() finds nothing wrong with.
boost::asio::ip::tcp::endpoint parse_endpoint(const std::string& listen);

}  // namespace chat
