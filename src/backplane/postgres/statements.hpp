#pragma once

#include "backplane/postgres/connection.hpp"

/// The statements of a node. Each has a name of its own, because a connection prepares it once.
namespace chat::postgres::statements {

inline constexpr Statement kKeep{"keep", "update meta set keep = $1 where keep <> $1"};
inline constexpr Statement kSweep{"sweep", "select sweep($1)"};
inline constexpr Statement kPing{"ping", "select 1"};

inline constexpr Statement kAppend{
    "append", "select * from chat_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"};
inline constexpr Statement kState{"state", "select * from chat_state($1, $2)"};
inline constexpr Statement kTop{"top", "select epoch, top from room where name = $1 and top > 0"};
inline constexpr Statement kTops{"tops", "select name, top from room where name = any ($1::text[])"};
inline constexpr Statement kOldest{
    "oldest",
    "select place, body from log where room = $1 and place > $2 and place < $3 order by place limit $4::bigint"};
inline constexpr Statement kNewest{
    "newest",
    "select place, body from log where room = $1 and place > $2 and place < $3 order by place desc limit $4::bigint"};
/// The messages behind a place in each of some rooms, at most $3 of a room.
inline constexpr Statement kBehind{
    "behind",
    "select r.name, r.epoch, l.place, l.body from unnest($1::text[], $2::bigint[]) as asked (name, place)"
    " join room r on r.name = asked.name cross join lateral (select log.place, log.body from log where"
    " log.room = asked.name and log.place > asked.place order by log.place limit $3::bigint) as l"
    " order by r.name, l.place limit $4::bigint"};

inline constexpr Statement kTell{"tell", "select tell($1, $2, $3)"};
inline constexpr Statement kMail{"mail", "select body from mail where id = $1"};

/// $2: the milliseconds of a lease; 0: through all nodes.
inline constexpr Statement kPeople{
    "people",
    "select p.instance, p.id, p.name, p.info from person p where p.room = $1 and ($2::bigint = 0 or exists (select from"
    " lease l where l.instance = p.instance and l.renewed >= clock_timestamp() - $2 * interval '1 millisecond'))"};
inline constexpr Statement kChangePeople{"change_people", "select change_people($1, $2, $3, $4, $5, $6)"};
inline constexpr Statement kRenew{"renew", "select * from renew($1, $2)"};
inline constexpr Statement kResign{"resign", "delete from lease where instance = $1"};

inline constexpr Statement kAnnounce{
    "announce", "select * from announce($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"};
inline constexpr Statement kNodes{
    "nodes",
    "select id, instance, started_at, last_seen, connections, rooms, tenths_per_second, clock_ahead, draining, name,"
    " description, version, secret, address from node where until > clock_timestamp() order by id limit 1000"};
inline constexpr Statement kWithdraw{"withdraw", "delete from node where id = $1"};

inline constexpr Statement kListen{
    "listen",
    "insert into address values ($1, $2, pg_backend_pid()) on conflict (address) do update set channel ="
    " excluded.channel, pid = excluded.pid"};
inline constexpr Statement kUnlisten{"unlisten", "delete from address where address = $1 and channel = $2"};
inline constexpr Statement kAsk{"ask", "select ask($1, $2, $3)"};

inline constexpr Statement kClaim{"claim", "select claim_name($1, $2)"};
inline constexpr Statement kAgreeSecret{"agree_secret", "select * from agree_secret($1)"};
inline constexpr Statement kRotateSecret{"rotate_secret", "select rotate_secret($1, $2)"};
inline constexpr Statement kChangeList{"change_list", "select change_list($1, $2, $3, $4, $5, $6)"};
inline constexpr Statement kReadList{
    "read_list", "select key, value, until from item where list = $1 and until > now_ms() limit $2::bigint"};

/// Names behind $2 that begin with $1, sorted. '~' comes behind all that a name has.
inline constexpr Statement kRooms{
    "rooms",
    "(select name from room where name > $2 and name >= $1 and name < $1 || '~' and first <= top order by name limit"
    " $3::bigint) union (select distinct room from person where room > $2 and room >= $1 and room < $1 || '~' order by"
    " room limit $3::bigint) order by 1 limit $3::bigint"};

inline constexpr Statement kPush{"push", "select push($1, $2, $3)"};
inline constexpr Statement kReadQueue{"read_queue", "select * from read_queue($1, $2, $3, $4, $5, $6, $7, $8)"};
inline constexpr Statement kAcknowledge{"acknowledge", "select acknowledge($1, $2)"};
inline constexpr Statement kBury{"bury", "select bury($1, $2, $3, $4, $5, $6, $7)"};

inline constexpr Statement kChangeHoldings{"change_holdings",
                                           "select change_holdings($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
/// The holdings of a node behind (kind, name), sorted.
inline constexpr Statement kHoldings{
    "holdings",
    "select kind, name, owner from holding where instance = $1 and (kind, name) > ($2, $3) order by kind, name limit"
    " $4::bigint"};
inline constexpr Statement kHolders{"holders", "select instance from holder order by instance"};
inline constexpr Statement kBacklog{
    "backlog",
    "select coalesce(sum(waiting) filter (where name = $1), 0)::bigint, coalesce(sum(waiting) filter (where name = $2),"
    " 0)::bigint, coalesce(sum(lost) filter (where name = $1), 0)::bigint from queue where name in ($1, $2)"};

}  // namespace chat::postgres::statements
