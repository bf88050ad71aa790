-- The state of the nodes: presence, leases, the list of nodes, requests between them, claims, the secret, lists. What a
-- node writes again by itself is in unlogged tables, which a crash of the server leaves empty.

create unlogged table person (
  room text collate "C" not null,
  instance text collate "C" not null,
  id bytea not null,
  name bytea not null,
  info bytea not null,
  primary key (room, instance, id)
);

create unlogged table lease (
  instance text collate "C" primary key,
  renewed timestamptz not null
) with (fillfactor = 50);

create unlogged table node (
  id text collate "C" primary key,
  until timestamptz not null,
  instance bytea not null,
  started_at bigint not null,
  last_seen bigint not null,
  connections bigint not null,
  rooms bigint not null,
  tenths_per_second bigint not null,
  clock_ahead bigint not null,
  draining bigint not null,
  name bytea not null,
  description bytea not null,
  version bytea not null,
  secret bytea not null,
  address bytea not null
) with (fillfactor = 50);

-- The nodes that hold connections: the channel of the node, and the process that serves its connection for notifications.
create unlogged table address (
  address text collate "C" primary key,
  channel text not null,
  pid integer not null
);

-- Payloads that NOTIFY does not take; kept for a minute.
create unlogged table mail (
  id bigserial primary key,
  body bytea not null,
  sent timestamptz not null default clock_timestamp()
);

create table claim (
  name text collate "C" primary key,
  until timestamptz not null
);

create table secret (
  one boolean primary key default true check (one),
  current bytea not null,
  previous bytea not null default '',
  until timestamptz not null default '-infinity'
);

create table item (
  list text collate "C" not null,
  key bytea not null,
  value bytea not null,
  until bigint not null,
  primary key (list, key)
);

-- Sends a payload over a channel: "<head>=<payload, escaped>", or "<head>#<id of the mail>".
create function tell(in_channel text, in_head text, in_payload bytea) returns void language plpgsql volatile as $$
declare
  escaped constant text := encode(in_payload, 'escape');
  number bigint;
begin
  if octet_length(in_head) + length(escaped) < 7900 then
    perform pg_notify(in_channel, in_head || '=' || escaped);
  else
    insert into mail (body) values (in_payload) returning id into number;
    perform pg_notify(in_channel, in_head || '#' || number);
  end if;
end $$;

-- Asks the node that holds the address; false: no node does. A node whose connection is gone does not.
create function ask(in_address text, in_head text, in_request bytea) returns boolean language plpgsql volatile as $$
declare
  place text;
begin
  select a.channel into place from address a
    where a.address = in_address and exists (select from pg_stat_get_activity(a.pid));
  if not found then return false; end if;
  if in_head <> '' then perform tell(place, in_head, in_request); end if;
  return true;
end $$;

create function change_people(in_room text, in_instance text, in_ids bytea[], in_names bytea[], in_infos bytea[],
                              in_left bytea[])
returns void language plpgsql volatile as $$
begin
  insert into person select in_room, in_instance, p.id, p.name, p.info from unnest(in_ids, in_names, in_infos) as p (id, name, info)
    order by p.id on conflict (room, instance, id) do update set name = excluded.name, info = excluded.info;
  delete from person where room = in_room and instance = in_instance and id = any (in_left);
end $$;

-- Renews a lease ('': only asks); a row for each living node, and whether the lease is new.
create function renew(in_instance text, in_milliseconds bigint) returns table (is_new boolean, instance text)
language plpgsql volatile as $$
declare
  was_new boolean := false;
begin
  if in_instance <> '' then
    insert into lease values (in_instance, clock_timestamp())
      on conflict on constraint lease_pkey do update set renewed = excluded.renewed returning xmax = 0 into was_new;
  end if;
  return query select was_new, l.instance from lease l
    where l.renewed >= clock_timestamp() - in_milliseconds * interval '1 millisecond' order by l.instance;
end $$;

-- Enters a node into the list; returns what it was before, and the time.
create function announce(
  in_id text, in_kept bigint, in_instance bytea, in_started bigint, in_seen bigint, in_connections bigint, in_rooms bigint,
  in_rate bigint, in_ahead bigint, in_draining bigint, in_name bytea, in_description bytea, in_version bytea,
  in_secret bytea, in_address bytea)
returns table (before bytea, before_started bigint, time_us bigint) language plpgsql volatile as $$
begin
  select n.instance, n.started_at into before, before_started from node n
    where n.id = in_id and n.until > clock_timestamp();
  insert into node values (in_id, clock_timestamp() + in_kept * interval '1 second', in_instance, in_started, in_seen,
                           in_connections, in_rooms, in_rate, in_ahead, in_draining, in_name, in_description, in_version,
                           in_secret, in_address)
    on conflict (id) do update set
      until = excluded.until, instance = excluded.instance, started_at = excluded.started_at,
      last_seen = excluded.last_seen, connections = excluded.connections, rooms = excluded.rooms,
      tenths_per_second = excluded.tenths_per_second, clock_ahead = excluded.clock_ahead, draining = excluded.draining,
      name = excluded.name, description = excluded.description, version = excluded.version, secret = excluded.secret,
      address = excluded.address;
  before := coalesce(before, '');
  before_started := coalesce(before_started, 0);
  time_us := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
  return next;
end $$;

create function claim_name(in_name text, in_seconds bigint) returns boolean language plpgsql volatile as $$
begin
  insert into claim values (in_name, clock_timestamp() + in_seconds * interval '1 second')
    on conflict (name) do update set until = excluded.until where claim.until <= clock_timestamp();
  return found;
end $$;

create function agree_secret(in_offer bytea) returns table (current_one bytea, previous_one bytea)
language plpgsql volatile as $$
begin
  insert into secret (current) values (in_offer) on conflict do nothing;
  return query select s.current, case when s.until > clock_timestamp() then s.previous else '' end from secret s;
end $$;

create function rotate_secret(in_secret bytea, in_seconds bigint) returns void language plpgsql volatile as $$
begin
  insert into secret as s (current) values (in_secret)
    on conflict (one) do update set current = excluded.current,
      previous = case when octet_length(s.current) between 16 and 256 then s.current else s.previous end,
      until = case when octet_length(s.current) between 16 and 256
                   then clock_timestamp() + in_seconds * interval '1 second' else s.until end;
end $$;

-- Puts an entry into a list (in_kept 0: removes it) and tells the nodes that watch. 1 done, 0 there was none, or for
-- in_only_new: there was one; 2 the list is full.
create function change_list(in_list text, in_key bytea, in_value bytea, in_kept bigint, in_only_new bigint, in_most bigint)
returns bigint language plpgsql volatile as $$
declare
  at constant bigint := now_ms();
  is_there boolean;
begin
  perform pg_advisory_xact_lock(hashtext(current_schema() || ':list:' || in_list));
  delete from item where list = in_list and until <= at;
  is_there := exists (select from item where list = in_list and key = in_key);
  if in_kept = 0 then
    if not is_there then return 0; end if;
    delete from item where list = in_list and key = in_key;
  else
    if is_there and in_only_new = 1 then return 0; end if;
    if not is_there and (select count(*) from item where list = in_list) >= in_most then return 2; end if;
    insert into item values (in_list, in_key, in_value, at + in_kept)
      on conflict (list, key) do update set value = excluded.value, until = excluded.until;
  end if;
  perform pg_notify(current_schema(), 'l ' || in_list);
  return 1;
end $$;
