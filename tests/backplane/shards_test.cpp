#include <map>

#include "backplane/backplane_contract.hpp"
#include "backplane/delivery_contract.hpp"
#include "backplane/events_contract.hpp"
#include "backplane/lists_contract.hpp"
#include "backplane/messenger_contract.hpp"
#include "backplane/presence_contract.hpp"
#include "backplane/queue_contract.hpp"
#include "backplane/rooms_contract.hpp"
#include "backplane/shards/shard_map.hpp"
#include "chat/backplane/shards.hpp"
#include "support/redis_server.hpp"

namespace chat {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

struct ShardsSource {
  static constexpr std::uint32_t kHistory = 200;
  RedisServer servers[3];

  std::unique_ptr<ClusterServices> connect(boost::asio::io_context& loop, std::vector<int> order = {0, 1, 2}) {
    std::vector<std::unique_ptr<ClusterServices>> stores;
    for (const int i : order) {
      auto url = *parse_redis_url(servers[i].url());
      url.place = std::to_string(stores.size() + 1) + " of " + std::to_string(order.size());
      stores.push_back(make_redis_services(loop, url, {kHistory, Seconds(3600)}, {}));
    }
    return make_sharded_services(loop, std::move(stores));
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Shards, BackplaneContract, ShardsSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Shards, DeliveryContract, ShardsSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Shards, PresenceContract, ShardsSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Shards, MessengerContract, ShardsSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Shards, ListsContract, ShardsSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Shards, RoomsContract, ShardsSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Shards, QueueContract, ShardsSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Shards, EventsContract, ShardsSource);

// ---- where a name is ---------------------------------------------------------------------------------------------

TEST(ShardMap, HasTheSamePlaceForANameInAllVersions) {
  EXPECT_EQ(shards::shard_of("lobby", 3), 2U);
  EXPECT_EQ(shards::shard_of("garden", 3), 0U);
  EXPECT_EQ(shards::shard_of("room-1", 3), 2U);
}

TEST(ShardMap, SpreadsRoomsEvenly) {
  std::map<StoreShard, int> rooms;
  for (int i = 0; i < 30'000; ++i) ++rooms[shards::shard_of("room-" + std::to_string(i), 3)];
  ASSERT_EQ(rooms.size(), 3U);
  for (const auto& [shard, count] : rooms) EXPECT_NEAR(count, 10'000, 400) << shard;
}

TEST(ShardMap, MovesOnlyTheShareOfANewShard) {
  int moved = 0;
  for (int i = 0; i < 30'000; ++i) {
    const std::string room = "room-" + std::to_string(i);
    const auto before = shards::shard_of(room, 3), after = shards::shard_of(room, 4);
    if (before == after) continue;
    ++moved;
    EXPECT_EQ(after, 3U) << "rooms move only to the new one";
  }
  EXPECT_NEAR(moved, 7'500, 400);
}

// ---- the URL -----------------------------------------------------------------------------------------------------

TEST(RedisShardsUrl, ListsServersThatShareUserDatabaseAndPrefix) {
  const auto shards = parse_redis_shards_url("redis-shards://chat:s%2Ccret@one,two:7000,[::1]:7001/4?prefix=blue", {});
  ASSERT_TRUE(shards);
  ASSERT_EQ(shards->size(), 3U);
  EXPECT_EQ((*shards)[1].places.front().host, "two");
  EXPECT_EQ((*shards)[1].places.front().port, "7000");
  EXPECT_EQ((*shards)[2].places.front().host, "::1");
  for (const auto& url : *shards) {
    EXPECT_EQ(url.user + '|' + url.password + '|' + url.database + '|' + url.prefix, "chat|s,cret|4|blue");
    EXPECT_FALSE(url.tls);
  }
}

TEST(RedisShardsUrl, HasAFirstServer) {
  EXPECT_EQ(first_redis_url("rediss-shards://a:b@one:1,two/3?prefix=c"), "rediss://a:b@one:1/3?prefix=c");
  EXPECT_EQ(first_redis_url("redis://one"), "redis://one");
}

TEST(RedisShardsUrl, SaysWhatIsWrong) {
  const std::map<std::string, std::string> faults{{"redis-shards://one", "two Redis servers at least"},
                                                  {"redis-shards://one,two,one:6379", "listed twice"},
                                                  {"redis-shards://one,,two", "the host is missing"},
                                                  {"redis-shards://one,two:seven", "the port is a number"},
                                                  {"redis-shards://one,two/x", "the database is a number"}};
  for (const auto& [url, why] : faults) {
    const auto shards = parse_redis_shards_url(url, {});
    ASSERT_FALSE(shards) << url;
    EXPECT_THAT(shards.error().message, HasSubstr(why)) << url;
  }
  EXPECT_TRUE(parse_redis_shards_url("rediss-shards://one,two", {})->front().tls);
}

// ---- when a shard dies -------------------------------------------------------------------------------------------

/// Two nodes on three servers that a test may treat badly.
class ShardsTest : public ServicesTest<ShardsSource> {
 protected:
  static std::string room_in(StoreShard shard) {
    for (int i = 0;; ++i) {
      const std::string room = "room-" + std::to_string(i);
      if (shards::shard_of(room, 3) == shard) return room;
    }
  }
  void kill(StoreShard shard) {
    source.servers[shard].kill();
    ASSERT_TRUE(run_until(
        loop, [&] { return !a.sink.available_shards.contains(shard) && !b.sink.available_shards.contains(shard); }));
  }
  void restart(StoreShard shard) {
    source.servers[shard].start();
    ASSERT_TRUE(a.wait_until_available());
    ASSERT_TRUE(b.wait_until_available());
  }
};

TEST_F(ShardsTest, KeepsRoomsInDifferentServers) {
  for (StoreShard shard = 0; shard < 3; ++shard) {
    const std::string room = room_in(shard);
    ASSERT_TRUE(a.append(room, "{m}"));
    for (StoreShard other = 0; other < 3; ++other) {
      const auto found = source.servers[other].command({"EXISTS", "chat:{" + room + "}:log"})[0];
      EXPECT_EQ(found, other == shard ? "1" : "0") << room << " in " << other;
    }
  }
}

TEST_F(ShardsTest, LosesOnlyTheRoomsOfADeadShardAndHasThemAgain) {
  for (StoreShard dead = 0; dead < 3; ++dead) {
    ASSERT_TRUE(a.append(room_in(dead), "{before}"));
    kill(dead);
    for (StoreShard shard = 0; shard < 3; ++shard) {
      const auto appended = a.append(room_in(shard), "{meanwhile}");
      EXPECT_EQ(appended.has_value(), shard != dead);
      if (shard == dead) {
        EXPECT_EQ(appended.error().code, ErrorCode::unavailable);
      }
    }
    restart(dead);
    EXPECT_TRUE(b.append(room_in(dead), "{after}"));
  }
}

TEST_F(ShardsTest, KnowsTheLivingNodesWithoutAnyOneShard) {
  for (StoreShard dead = 0; dead < 3; ++dead) {
    kill(dead);
    ASSERT_TRUE(a.renew("chat-1.aa"));
    const auto lease = b.renew("chat-2.bb");
    ASSERT_TRUE(lease);
    EXPECT_THAT(*lease, UnorderedElementsAre("chat-1.aa", "chat-2.bb"));
    restart(dead);
  }
}

TEST_F(ShardsTest, ListsTheNodesWithoutAnyOneShard) {
  for (StoreShard dead = 0; dead < 3; ++dead) {
    kill(dead);
    NodeCard card;
    card.id = "chat-1";
    card.last_seen = 1000 + dead;
    ASSERT_TRUE(await<Announced>(loop, [&](auto done) { a.registry().announce(card, std::move(done)); }));
    const auto nodes = await<std::vector<NodeCard>>(loop, [&](auto done) { b.registry().list(std::move(done)); });
    ASSERT_TRUE(nodes);
    ASSERT_EQ(nodes->size(), 1U);
    EXPECT_EQ(nodes->front().last_seen, 1000 + dead) << "the newest card counts";
    restart(dead);
  }
}

TEST_F(ShardsTest, TellsTheLastLifeOfANodeAlsoAfterAShardThatKnowsAnOlderOneIsBack) {
  const auto announced = [this](const std::string& instance, UnixMs started) {
    NodeCard card;
    card.id = "chat-1";
    card.instance = instance;
    card.started_at = started;
    return await<Announced>(loop, [&](auto done) { a.registry().announce(card, std::move(done)); });
  };
  for (StoreShard dead = 0; dead < 3; ++dead) {
    const std::string old = "chat-1.old" + std::to_string(dead), young = "chat-1.young" + std::to_string(dead);
    ASSERT_TRUE(announced(old, 10 * dead + 1));
    kill(dead);
    ASSERT_TRUE(announced(young, 10 * dead + 2));
    restart(dead);
    EXPECT_EQ(announced(young, 10 * dead + 2)->before, young) << dead;
  }
}

TEST_F(ShardsTest, KeepsTheSecretWithoutAnyOneShard) {
  const auto agreed = [this](Peer& peer, std::string offer) {
    return await<SharedSecret>(loop, [&](auto done) { peer.kv().agree_secret(std::move(offer), std::move(done)); });
  };
  ASSERT_EQ(agreed(a, "the secret of all nodes")->current, "the secret of all nodes");
  for (StoreShard dead = 0; dead < 3; ++dead) {
    kill(dead);
    EXPECT_EQ(agreed(b, "another secret for them")->current, "the secret of all nodes") << dead;
    restart(dead);
  }
}

TEST_F(ShardsTest, ReadsAListWithoutAnyOneShardAndChangesItInBothOfItsServers) {
  const auto put = [this](const std::string& value) {
    return await<bool>(loop, [&](auto done) { a.kv().put("sanctions", "key", value, Seconds(60), std::move(done)); });
  };
  const auto read = [this] {
    return await<std::vector<ListEntry>>(loop, [&](auto done) { b.kv().read("sanctions", std::move(done)); });
  };
  ASSERT_TRUE(put("first"));
  int refused = 0;
  for (StoreShard dead = 0; dead < 3; ++dead) {
    kill(dead);
    const auto entries = read();
    ASSERT_TRUE(entries);
    ASSERT_EQ(entries->size(), 1U);
    EXPECT_EQ(entries->front().value, "first");
    refused += put("second") ? 0 : 1;
    restart(dead);
    ASSERT_TRUE(put("first"));
  }
  EXPECT_EQ(refused, 2);
}

TEST_F(ShardsTest, ChangesNoListOfWhichOneServerIsAway) {
  const StoreShard first = shards::shard_of("sanctions", 3), second = (first + 1) % 3;
  for (const StoreShard dead : {first, second}) {
    kill(dead);
    const auto put =
        await<bool>(loop, [&](auto done) { a.kv().put("sanctions", "key", "value", Seconds(60), std::move(done)); });
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, ErrorCode::unavailable);
    restart(dead);
    for (const StoreShard shard : {first, second}) {
      EXPECT_THAT(source.servers[shard].command({"KEYS", "*sanctions*"}), testing::IsEmpty()) << shard;
    }
  }
}

TEST_F(ShardsTest, BringsTheEntriesBackThatOneServerOfAListHasLost) {
  a.kv().watch("sanctions", [] {});
  ASSERT_TRUE(
      await<bool>(loop, [&](auto done) { a.kv().put("sanctions", "key", "value", Seconds(60), std::move(done)); }));
  const StoreShard first = shards::shard_of("sanctions", 3);
  const auto keys = source.servers[first].command({"KEYS", "*sanctions*"});
  ASSERT_FALSE(keys.empty());
  for (const auto& key : keys) source.servers[first].command({"DEL", key});
  kill(first);
  restart(first);
  EXPECT_TRUE(
      run_until(loop, [&] { return source.servers[first].command({"KEYS", "*sanctions*"}).size() == keys.size(); }));
}

TEST_F(ShardsTest, ReachesAConnectionWithoutAnyOneShardAlsoOneThatBeganMeanwhile) {
  const auto listen = [this](const std::string& address) {
    const auto echo = [](std::string_view request, const Messenger::Answer& answer) {
      answer("<" + std::string(request) + ">");
    };
    return await<bool>(loop, [&](auto done) { a.messenger().listen(address, echo, std::move(done)); });
  };
  const auto ask = [this](const std::string& address) {
    const auto answer =
        await<std::string>(loop, [&](auto done) { b.messenger().ask(address, "hi", Seconds(2), std::move(done)); });
    return answer ? *answer : answer.error().message;
  };
  EXPECT_EQ(ask("nowhere"), "no node listens there");
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(listen("old-" + std::to_string(i)));
  for (StoreShard dead = 0; dead < 3; ++dead) {
    kill(dead);
    const std::string young = "young-" + std::to_string(dead) + '-';
    for (int i = 0; i < 9; ++i) {
      ASSERT_TRUE(listen(young + std::to_string(i)));
      EXPECT_EQ(ask("old-" + std::to_string(i)), "<hi>");
      EXPECT_EQ(ask(young + std::to_string(i)), "<hi>");
    }
    restart(dead);
    for (int i = 0; i < 9; ++i) {
      std::string answer;
      const auto is_sure = [&] {
        return (answer = ask(young + std::to_string(i))) != "the other nodes are coming back";
      };
      EXPECT_TRUE(run_until(loop, is_sure));
      EXPECT_EQ(answer, "<hi>");
    }
  }
}

TEST_F(ShardsTest, AnswersEachRequestToListenAlsoWhileConnectionsBreak) {
  std::vector<std::unique_ptr<Outcome<bool>>> outcomes;
  const auto listen = [&] {
    outcomes.push_back(std::make_unique<Outcome<bool>>());
    a.messenger().listen(
        "address-" + std::to_string(outcomes.size()), [](std::string_view, const Messenger::Answer&) {},
        outcomes.back()->completion());
  };
  for (int round = 0; round < 12; ++round) {
    source.servers[round % 3].command({"CLIENT", "KILL", "TYPE", "pubsub"});
    ASSERT_TRUE(run_until(loop, [&] {
      listen();
      return a.sink.available_shards.size() < 3;
    }));
    ASSERT_TRUE(run_until(loop, [&] {
      listen();
      return a.sink.available_shards.size() == 3;
    }));
  }
  EXPECT_TRUE(run_until(loop, [&] {
    return std::all_of(outcomes.begin(), outcomes.end(), [](const auto& outcome) { return outcome->times() == 1; });
  }));
}

TEST_F(ShardsTest, DoesNotAnswerForAServerThatStandsElsewhereInTheList) {
  RecordingSink sink;
  const auto wrong = source.connect(loop, {0, 2, 1});
  wrong->backplane().start(sink);
  ASSERT_TRUE(run_until(loop, [&] { return sink.available_shards.contains(0); }));
  ASSERT_TRUE(a.append("lobby", "{m}")) << "a turn of the loop";
  EXPECT_EQ(sink.available_shards.size(), 1U);
  wrong->backplane().stop();
}

TEST(StorePlace, ThatIsNoneDisturbsNoNode) {
  RedisServer server;
  for (const char* junk : {"2", "2 of", "two of three", "2 of 3 of 4", "*"}) {
    boost::asio::io_context loop;
    server.command({"SET", "chat:store-place", junk});
    Peer peer(loop, make_redis_services(loop, *parse_redis_url(server.url()), {}, {}));
    EXPECT_TRUE(peer.append("lobby", "{m}")) << junk;
    peer.backplane().stop();
  }
}

TEST_F(ShardsTest, LeavesANodeThatTakesOneServerForAllOfThemWithoutAStore) {
  RecordingSink sink;
  const auto alone = make_redis_services(loop, *parse_redis_url(source.servers[1].url()), {}, {});
  alone->backplane().start(sink);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(a.append("lobby", "{m}")) << "turns of the loop";
  EXPECT_THAT(sink.available_shards, testing::IsEmpty());
  alone->backplane().stop();
}

}  // namespace
}  // namespace chat
