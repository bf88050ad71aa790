#include "backplane/postgres/schema.hpp"

#include <array>

namespace chat::postgres::schema {
namespace {

constexpr std::array<const char*, 6> kSteps{
#include "sql/0001_rooms.sql.inc"
    ,
#include "sql/0002_append.sql.inc"
    ,
#include "sql/0003_publish.sql.inc"
    ,
#include "sql/0004_nodes.sql.inc"
    ,
#include "sql/0005_queues.sql.inc"
    ,
#include "sql/0006_sweep.sql.inc"
};

}  // namespace

int version() { return static_cast<int>(kSteps.size()); }

std::string question(const std::string& schema) { return "select version from \"" + schema + "\".meta"; }

std::string migration(const std::string& schema) {
  std::string out =
      "do $migration$\n"
      "declare\n"
      "  taken integer := 0;\n"
      "begin\n"
      "  perform pg_advisory_xact_lock(hashtext('chat schema " +
      schema +
      "'));\n"
      "  if not exists (select from pg_namespace where nspname = '" +
      schema +
      "') then\n"
      "    create schema \"" +
      schema +
      "\";\n"
      "  end if;\n"
      "  perform set_config('search_path', '\"" +
      schema +
      "\", pg_temp', true);\n"
      "  if to_regclass('\"" +
      schema +
      "\".meta') is not null then\n"
      "    select version into taken from \"" +
      schema +
      "\".meta;\n"
      "  end if;\n";
  for (int step = 1; step <= version(); ++step) {
    const std::string number = std::to_string(step);
    out += "  if taken < " + number + " then\n    execute $step$\n" + kSteps[static_cast<std::size_t>(step - 1)] +
           "\n$step$;\n    update \"" + schema + "\".meta set version = " + number + ";\n  end if;\n";
  }
  return out + "end $migration$";
}

}  // namespace chat::postgres::schema
