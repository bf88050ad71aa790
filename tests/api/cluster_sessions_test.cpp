#include "chat/api/cluster_sessions.hpp"

#include <gtest/gtest.h>

#include <list>

#include "support/fake_node.hpp"

namespace chat {
namespace {

/// A node with clients that carries out orders.
struct OrderedNode {
  OrderedNode(boost::asio::io_context& loop, const Clock& clock, const std::shared_ptr<MemoryBus>& bus,
              const std::string& id, std::string key)
      : node(loop, clock, id, make_memory_services(loop, bus), 2), local(loop, node.shards) {
    secret.set(std::move(key));
    NodeCard card;
    card.id = id;
    card.instance = id + ".life";
    card.last_seen = clock.unix_ms();
    node.backends->registry().announce(card, [](const Result<Announced>&) {});
    sessions.emplace(loop, *node.backends, local, card.instance, secret, clock);
    sessions->start();
  }
  FakeNode node;
  LocalSessions local;
  ClusterSecret secret;
  std::optional<ClusterSessions> sessions;
};

/// Three nodes of one cluster, each with a session of Ana.
class ClusterSessionsTest : public testing::Test {
 protected:
  ClusterSessionsTest() {
    for (const auto* id : {"chat-1", "chat-2", "chat-3"}) {
      nodes.emplace_back(loop, clock, bus, id, "the secret of this cluster");
      auto& client = nodes.back().node.connect();
      client.hello("Ana", "a secret of Ana, long enough");
      clients.push_back(&client);
    }
    settle(loop);
    ana = clients[0]->session().person().user_id();
    for (auto* client : clients) client->forget();
  }

  SessionOrder notice(std::string event = "Hello") const {
    SessionOrder order;
    order.kind = SessionOrder::Kind::notify;
    order.user = ana;  // of a test that makes another order of it
    order.users = {ana};
    order.event = std::move(event);
    order.data = "[1]";
    return order;
  }
  Result<Obeyed> carry_out(const SessionOrder& order) {
    return await<Obeyed>(loop, [&](auto done) { nodes.front().sessions->carry_out(order, std::move(done)); });
  }
  std::size_t sessions_of(const SessionOrder& order) {
    const auto obeyed = carry_out(order);
    EXPECT_TRUE(obeyed && obeyed->unanswered.empty());
    settle(loop);
    return obeyed ? obeyed->sessions : 0;
  }
  /// The answer of a node to these bytes.
  std::string ask(const std::string& instance, const std::string& request) {
    const auto answer = await<std::string>(loop, [&](auto done) {
      nodes.front().node.backends->messenger().ask("node." + instance, request, Seconds(2), std::move(done));
    });
    settle(loop);
    return answer ? *answer : answer.error().message;
  }
  /// An order as node 1 sends it: as a fourth node of the registry gets it.
  std::string sealed(const SessionOrder& order) {
    std::string caught;
    NodeCard card;
    card.id = card.instance = "catcher";
    auto& backends = *nodes.front().node.backends;
    backends.registry().announce(card, [](const Result<Announced>&) {});
    backends.messenger().listen(
        "node.catcher",
        [&caught](std::string_view request, const Messenger::Answer& answer) {
          caught = request;
          answer("0");
        },
        [](const Result<bool>&) {});
    carry_out(order);
    backends.messenger().unlisten("node.catcher");
    backends.registry().withdraw("catcher");
    settle(loop);
    for (auto* client : clients) client->forget();
    return caught;
  }
  std::size_t notified() const {
    return static_cast<std::size_t>(
        std::count_if(clients.begin(), clients.end(), [](const FakeClient* c) { return c->has("notice"); }));
  }

  boost::asio::io_context loop;
  ManualClock clock;
  std::shared_ptr<MemoryBus> bus = make_memory_bus({100, Seconds(3600)});
  std::list<OrderedNode> nodes;
  std::vector<FakeClient*> clients;
  std::string ana;
};

TEST_F(ClusterSessionsTest, FindsTheSessionOfAQuestionOnItsNode) {
  SessionOrder order;
  order.kind = SessionOrder::Kind::ask;
  order.event = "Where";
  order.data = R"(["now"])";
  order.timeout = Seconds(5);
  std::optional<Result<std::string>> told;
  for (auto* client : clients) {
    order.session = client->session().person().session_id();
    told.reset();
    nodes.front().sessions->ask(order, [&](Result<std::string> answer) { told = std::move(answer); });
    settle(loop);
    EXPECT_FALSE(told);
    const auto question = client->last("ask");
    EXPECT_EQ(question["arguments"], json{"now"});
    client->say({{"type", "answer"}, {"id", question["id"]}, {"result", {{"at", 1}}}});
    settle(loop);
    ASSERT_TRUE(told);
    EXPECT_EQ(**told, R"({"at":1})");
  }
  nodes.front().sessions->ask(order, [&](Result<std::string> answer) { told = std::move(answer); });
  settle(loop);
  clients.back()->say({{"type", "answer"}, {"id", clients.back()->last("ask")["id"]}, {"error", "not now"}});
  settle(loop);
  EXPECT_EQ(told->error().code, ErrorCode::refused);
  EXPECT_EQ(told->error().message, "not now");
  order.session = "another";
  nodes.front().sessions->ask(order, [&](Result<std::string> answer) { told = std::move(answer); });
  settle(loop);
  EXPECT_EQ(told->error().code, ErrorCode::not_found);
}

TEST_F(ClusterSessionsTest, CarriesAnOrderOutOnEveryNode) {
  EXPECT_EQ(sessions_of(notice()), 3U);
  for (const auto* client : clients) {
    EXPECT_EQ(client->last("notice"), json({{"type", "notice"}, {"event", "Hello"}, {"data", {1}}}));
  }
}

TEST_F(ClusterSessionsTest, CarriesAnOrderOutForOneSession) {
  auto order = notice();
  order.kind = SessionOrder::Kind::subscribe;
  order.room = "lobby";
  order.session = clients[2]->session().person().session_id();
  EXPECT_EQ(sessions_of(order), 1U);
  EXPECT_TRUE(clients[2]->has("joined"));
  EXPECT_FALSE(clients[0]->has("joined") || clients[1]->has("joined"));
  order.user = "another";
  EXPECT_EQ(sessions_of(order), 0U);
}

TEST_F(ClusterSessionsTest, ClosesJoinsAndLeaves) {
  auto order = notice();
  order.kind = SessionOrder::Kind::subscribe;
  order.room = "lobby";
  EXPECT_EQ(sessions_of(order), 3U);
  for (const auto* client : clients) EXPECT_EQ(client->last("joined")["room"], "lobby");
  order.kind = SessionOrder::Kind::unsubscribe;
  sessions_of(order);
  for (const auto* client : clients) EXPECT_EQ(client->last("removed")["room"], "lobby");
  order.kind = SessionOrder::Kind::disconnect;
  EXPECT_EQ(sessions_of(order), 3U);
  for (const auto* client : clients) EXPECT_EQ(client->close_code(), 4502);
  EXPECT_EQ(sessions_of(order), 0U) << "they are closing already";
}

TEST_F(ClusterSessionsTest, GrantsTheSameRightsOnceHoweverOftenItIsOrdered) {
  auto identity = std::make_shared<Identity>();
  identity->subject = identity->user_id = "bob";
  clients[0]->session().token().authenticate(clients[0]->session(), identity);
  auto order = notice();
  order.kind = SessionOrder::Kind::subscribe;
  order.user = "bob";
  order.room = "closed";
  order.rights = {Right::join};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sessions_of(order), 1U);
  EXPECT_EQ(clients[0]->session().person().principal().identity->rooms.size(), 1U);
}

TEST_F(ClusterSessionsTest, DoesNotCarryOutWhatNoNodeHasSigned) {
  const std::string good = sealed(notice());
  const auto junk = encode(notice());
  const std::string forged[] = {"",         "\n\n",         "junk",
                                junk,       "\n" + junk,    std::string(64, '0') + "\n0\n" + junk,
                                good + " ", good.substr(1), good.substr(0, good.size() - 1)};
  for (const auto& request : forged) EXPECT_EQ(ask("chat-2.life", request), "0") << request;
  for (std::size_t i = 0; i < good.size(); i += 7) {
    std::string changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(ask("chat-2.life", changed), "0") << changed;
  }
  EXPECT_EQ(notified(), 0U);
  EXPECT_EQ(ask("chat-2.life", good), "1");
  EXPECT_EQ(notified(), 1U);
}

TEST_F(ClusterSessionsTest, DoesNotCarryOutAnOrderOfAnotherCluster) {
  nodes.back().secret.set("the secret of another cluster");
  EXPECT_EQ(sessions_of(notice()), 2U);
  EXPECT_FALSE(clients[2]->has("notice"));
  nodes.back().secret.set("the secret of another cluster", {"the secret of this cluster"});
  EXPECT_EQ(sessions_of(notice()), 3U) << "a secret that gives way still counts";
}

TEST_F(ClusterSessionsTest, DoesNotCarryOutAnOldOrder) {
  const std::string order = sealed(notice());
  clock.advance(ClusterSessions::kFreshness);
  EXPECT_EQ(ask("chat-2.life", order), "1");
  for (auto* client : clients) client->forget();
  clock.advance(Milliseconds(1));
  EXPECT_EQ(ask("chat-2.life", order), "0");
  EXPECT_EQ(notified(), 0U);
}

TEST_F(ClusterSessionsTest, OrdersNothingWithoutASecretOfTheCluster) {
  nodes.front().secret.set("");
  const auto obeyed = carry_out(notice());
  ASSERT_FALSE(obeyed);
  EXPECT_EQ(obeyed.error().code, ErrorCode::unavailable);
}

TEST_F(ClusterSessionsTest, NamesANodeThatListensToNoOrderUntilItIsGone) {
  nodes.back().node.backends->messenger().unlisten("node.chat-3.life");
  const auto obeyed = carry_out(notice());
  ASSERT_TRUE(obeyed);
  EXPECT_EQ(obeyed->sessions, 2U);
  EXPECT_EQ(obeyed->unanswered, std::vector<std::string>{"chat-3"});
  clock.advance(NodeRegistry::kHeartbeat + Seconds(6));
  nodes.back().node.backends->registry().withdraw("chat-3");
  EXPECT_EQ(sessions_of(notice()), 2U);
}

TEST_F(ClusterSessionsTest, DoesNotSayThatASessionIsMissingWhileANodeIsNotReached) {
  SessionOrder question;
  question.kind = SessionOrder::Kind::ask;
  question.session = "elsewhere";
  question.event = "Where";
  question.data = "[]";
  question.timeout = Seconds(5);
  const auto outcome = [&] {
    const auto answer =
        await<std::string>(loop, [&](auto done) { nodes.front().sessions->ask(question, std::move(done)); });
    return answer.error().code;
  };
  EXPECT_EQ(outcome(), ErrorCode::not_found);
  nodes.back().node.backends->messenger().unlisten("node.chat-3.life");
  EXPECT_EQ(outcome(), ErrorCode::unavailable);
}

TEST_F(ClusterSessionsTest, NotifiesAListWithOneOrderToEachNode) {
  auto order = notice();
  order.users = {"z", ana, "a"};
  EXPECT_EQ(sessions_of(order), 3U);
  EXPECT_EQ(notified(), 3U);
  order.users.clear();
  order.sessions = {clients[1]->session().person().session_id()};
  EXPECT_EQ(sessions_of(order), 1U);
  order.sessions.clear();
  EXPECT_EQ(sessions_of(order), 0U) << "nobody, not everybody";
}

TEST_F(ClusterSessionsTest, RefusesOrdersAboveItsBounds) {
  std::size_t done = 0, busy = 0;
  const auto count = [&](const Result<Obeyed>& obeyed) {
    ++done;
    if (!obeyed && obeyed.error().code == ErrorCode::busy) ++busy;
  };
  for (std::size_t i = 0; i < ClusterSessions::kMaxOrders + 10; ++i) nodes.front().sessions->carry_out(notice(), count);
  EXPECT_EQ(busy, 10U);
  settle(loop);
  EXPECT_EQ(done, ClusterSessions::kMaxOrders + 10);
  EXPECT_EQ(sessions_of(notice()), 3U) << "they are done";
}

TEST_F(ClusterSessionsTest, NamesTheNodesThatDoNotAnswer) {
  nodes.back().node.backends->messenger().listen(
      "node.chat-3.life", [](std::string_view, const Messenger::Answer&) {}, [](const Result<bool>&) {});
  const auto obeyed = carry_out(notice());
  ASSERT_TRUE(obeyed);
  EXPECT_EQ(obeyed->sessions, 2U);
  EXPECT_EQ(obeyed->unanswered, std::vector<std::string>{"chat-3"});
}

}  // namespace
}  // namespace chat
