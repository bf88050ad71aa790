#include "backplane/backplane_contract.hpp"
#include "backplane/delivery_contract.hpp"
#include "backplane/events_contract.hpp"
#include "backplane/lists_contract.hpp"
#include "backplane/messenger_contract.hpp"
#include "backplane/postgres_source.hpp"
#include "backplane/presence_contract.hpp"
#include "backplane/queue_contract.hpp"
#include "backplane/rooms_contract.hpp"

namespace chat {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, BackplaneContract, PostgresSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, DeliveryContract, PostgresSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, PresenceContract, PostgresSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, MessengerContract, PostgresSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, ListsContract, PostgresSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, RoomsContract, PostgresSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, QueueContract, PostgresSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, EventsContract, PostgresSource);

}  // namespace
}  // namespace chat
