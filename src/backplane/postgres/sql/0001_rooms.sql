-- The logs of the rooms. Every name is in the schema that the search path begins with.

-- One row: the version of the schema, and the retention that the nodes have set.
create table meta (
  one boolean primary key default true check (one),
  version integer not null,
  keep bigint not null default 1000
);
insert into meta (version) values (0);

-- A crash of the server, a restored backup and a promoted standby all leave an unlogged table empty: then some of the
-- last commits may be missing.
create unlogged table mark (
  one boolean primary key default true check (one),
  life text not null
);

-- A room with messages. `life`: of the server, when the epoch was opened. `ended`: earlier epochs as "epoch:survived,…",
-- newest first. `first`: the first place that the log still has. No index but the key, so that updates stay on their page.
create table room (
  name text collate "C" primary key,
  life text not null,
  epoch text not null,
  ended text not null default '',
  top bigint not null default 0,
  first bigint not null default 1,
  keep bigint,
  age bigint not null default 0,
  senders integer not null default 0,
  generation integer not null default 0,
  turned timestamptz not null default '-infinity',
  written timestamptz not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

create table log (
  room text collate "C" not null,
  place bigint not null,
  written timestamptz not null,
  body bytea not null,
  primary key (room, place)
) with (autovacuum_vacuum_scale_factor = 0.05);

-- The last message of each sender. Senders of a generation before the one before are forgotten.
create table sender (
  room text collate "C" not null,
  key bytea not null,
  seq bigint not null,
  place bigint not null,
  generation integer not null,
  primary key (room, key)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- Idempotency keys by room and budget. A generation is a day (UTC); those of the current one and of the one before count.
create table key_day (
  room text collate "C" not null,
  budget text not null,
  generation integer not null default 0,
  day integer not null,
  taken integer not null default 0,
  turned timestamptz not null default '-infinity',
  primary key (room, budget)
) with (fillfactor = 50);

create table key (
  room text collate "C" not null,
  budget text not null,
  key bytea not null,
  generation integer not null,
  place bigint not null,
  primary key (room, budget, key)
);

-- When the pace of a person lets it send as much as ever again, in milliseconds since 1970.
create unlogged table pace (
  room text collate "C" not null,
  person bytea not null,
  rest bigint not null,
  primary key (room, person)
) with (fillfactor = 70);

create function now_ms() returns bigint language sql volatile as $$
  select (extract(epoch from clock_timestamp()) * 1000)::bigint
$$;

-- Another one after each start of a server, each crash, in each server, and where a backup was restored: pg_dump keeps the
-- mark, but the restored log is another table. A number tells the start, because a text of it would depend on the time
-- zone of the session.
create function chat_life() returns text language plpgsql volatile as $$
declare
  known text;
begin
  select life into known from mark;
  if not found then
    insert into mark (life) values (gen_random_uuid()) on conflict do nothing;
    select life into strict known from mark;
  end if;
  return md5(known || (select system_identifier from pg_control_system())
             || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
             || extract(epoch from pg_postmaster_start_time()) || 'log'::regclass::oid);
end $$;

-- Short: an epoch is in every message.
create function new_epoch(in_life text) returns text language sql volatile as $$
  select substr(md5(in_life || gen_random_uuid()), 1, 15)
$$;

-- The row of a room, locked; made, if there is none. Opens an epoch if this life of the server has not yet. Eight ended
-- epochs are enough to reconnect across.
create function lock_room(in_life text, in_name text) returns room language plpgsql volatile as $$
declare
  found_room room;
begin
  loop
    select * into found_room from room where name = in_name for update;
    exit when found;
    insert into room (name, life, epoch, written) values (in_name, in_life, new_epoch(in_life), clock_timestamp())
      on conflict do nothing returning * into found_room;
    exit when found;
  end loop;
  if found_room.life <> in_life then
    found_room.ended := array_to_string(
      (string_to_array(found_room.epoch || ':' || found_room.top || ',' || found_room.ended, ','))[1:8], ',');
    found_room.life := in_life;
    found_room.epoch := new_epoch(in_life);
    update room set life = found_room.life, epoch = found_room.epoch, ended = found_room.ended where name = in_name;
  end if;
  return found_room;
end $$;

-- As lock_room(); nothing, if another transaction holds the row for longer than lock_timeout.
create function lock_room_soon(in_life text, in_name text) returns room language plpgsql volatile as $$
begin
  perform from room where name = in_name for update skip locked;
  if found or not exists (select from room where name = in_name) then return lock_room(in_life, in_name); end if;
  begin
    return lock_room(in_life, in_name);
  exception when lock_not_available then
    return null;
  end;
end $$;

-- Where the log of a room stands; nothing, if it has none.
create function chat_state(in_life text, in_room text) returns table (epoch text, top bigint, ended text)
language plpgsql volatile as $$
declare
  state room;
begin
  select * into state from room where name = in_room;
  if not found then return; end if;
  if state.life <> in_life then state := lock_room(in_life, in_room); end if;
  if state.top > 0 then return query select state.epoch, state.top, state.ended; end if;
end $$;
