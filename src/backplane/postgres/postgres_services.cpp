#include "backplane/postgres/postgres_backplane.hpp"
#include "backplane/postgres/postgres_events.hpp"
#include "backplane/postgres/postgres_kv.hpp"
#include "backplane/postgres/postgres_messenger.hpp"
#include "backplane/postgres/postgres_presence.hpp"
#include "backplane/postgres/postgres_queue.hpp"
#include "backplane/postgres/postgres_registry.hpp"
#include "backplane/postgres/postgres_rooms.hpp"
#include "chat/backplane/postgres.hpp"

namespace chat {
namespace {

class PostgresServices final : public ClusterServices {
 public:
  PostgresServices(boost::asio::io_context& loop, const PostgresUrl& url, Retention retention, AckLevel level)
      : backplane_(loop, url, retention, level) {}
  Backplane& backplane() override { return backplane_; }
  PresenceStore& presence() override { return presence_; }
  NodeRegistry& registry() override { return registry_; }
  Messenger& messenger() override { return messenger_; }
  ClusterKv& kv() override { return kv_; }
  RoomDirectory& directory() override { return directory_; }
  ClusterQueue& queue() override { return queue_; }
  ClusterEvents& events() override { return events_; }

 private:
  postgres::PostgresBackplane backplane_;
  postgres::PostgresPresence presence_{backplane_};
  postgres::PostgresRegistry registry_{backplane_};
  postgres::PostgresMessenger messenger_{backplane_};
  postgres::PostgresKv kv_{backplane_};
  postgres::PostgresRooms directory_{backplane_};
  postgres::PostgresQueue queue_{backplane_};
  postgres::PostgresEvents events_{backplane_};
};

}  // namespace

std::unique_ptr<ClusterServices> make_postgres_services(boost::asio::io_context& loop, const PostgresUrl& url,
                                                        Retention retention, AckLevel level) {
  return std::make_unique<PostgresServices>(loop, url, retention, level);
}

BackplaneMaker postgres_backplane() {
  return {"postgres",
          {"postgres", "postgresql"},
          [](std::string_view text, const BackplaneOptions& options) {
            const auto url = parse_postgres_url(text, options.password);
            return url ? std::string() : url.error().message;
          },
          [](boost::asio::io_context& loop, std::string_view text, const BackplaneOptions& options) {
            auto url = *parse_postgres_url(text, options.password);
            url.ca_file = options.ca_file;
            url.program = options.program;
            return make_postgres_services(loop, url, options.retention, options.ack);
          }};
}

}  // namespace chat
