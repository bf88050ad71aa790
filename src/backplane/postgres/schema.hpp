#pragma once

#include <string>

/// The tables and functions in the database, in numbered steps. A step that a release has brought never changes. Pure.
namespace chat::postgres::schema {

/// The number of the last step.
int version();

/// Asks for the version of the schema. Error 3F000 or 42P01: there is none yet.
std::string question(const std::string& schema);

/// Makes the schema if it is missing and takes the steps that it has not taken, under a lock, in one transaction.
std::string migration(const std::string& schema);

}  // namespace chat::postgres::schema
