-- Publication in the application's own transaction: a rollback publishes nothing. The messages wait in `outbox` until the
-- transaction commits; a deferred trigger appends them then, so that a long transaction keeps no room waiting.

create table outbox (
  tx xid8 not null default pg_current_xact_id(),
  number bigserial not null,
  room text collate "C" not null,
  key bytea not null,
  body bytea not null,
  primary key (tx, number)
);

-- Appends all messages of the transaction at once, the rooms in the order of their names.
create function publish_outbox() returns trigger language plpgsql security definer set search_path from current as $$
declare
  rooms text[];
  counts bigint[];
  keeps bigint[];
  ages bigint[];
  bodies bytea[];
  keys bytea[];
  worst bigint;
begin
  if not exists (select from outbox where tx = new.tx and number = new.number) then return null; end if;  -- it is sent
  with taken as (
    delete from outbox where tx = pg_current_xact_id() returning *
  ), by_room as (
    select t.room, count(*) as messages, coalesce(max(r.keep), (select m.keep from meta m)) as keep,
           coalesce(max(r.age), 0) as age, array_agg(t.body order by t.number) as bodies,
           array_agg(t.key order by t.number) as keys
      from taken t left join room r on r.name = t.room group by t.room
  )
  select array_agg(b.room order by b.room), array_agg(b.messages order by b.room), array_agg(b.keep order by b.room),
         array_agg(b.age order by b.room),
         (select array_agg(m.body order by o.room, m.n) from by_room o, unnest(o.bodies) with ordinality as m (body, n)),
         (select array_agg(m.key order by o.room, m.n) from by_room o, unnest(o.keys) with ordinality as m (key, n))
    into rooms, counts, keeps, ages, bodies, keys from by_room b;
  if rooms is null then return null; end if;
  select max(code) into worst
    from chat_append(chat_life(), rooms, counts, keeps, ages, '{}', 0, array_fill(''::bytea, array[cardinality(bodies)]),
                            array_fill(0::bigint, array[cardinality(bodies)]), bodies, keys,
                            array_fill('a'::text, array[cardinality(bodies)]), '{}', '{}', '{}', '{}', '{}')
    where code > 1;
  if worst = 6 then
    raise exception 'a room has stored as many messages with an idempotency key as a day may have';
  elsif worst = 8 then
    raise exception 'another transaction holds the room' using errcode = 'lock_not_available';
  elsif worst is not null then           -- what is not stored must not commit
    raise exception 'the messages were not stored (%)', worst;
  end if;
  return null;
end $$;

create constraint trigger publish after insert on outbox deferrable initially deferred
  for each row execute function publish_outbox();

-- Sends a message to a room when the transaction commits. `data` is any JSON but null; {"text": "…"} alone is a text. The
-- message is from app.<sender>. A room stores a message with an idempotency key once within 24 hours at least.
create function chat_publish(room text, data jsonb, sender text default 'app', idempotency_key text default '')
returns void language plpgsql security definer set search_path from current as $$
declare
  body text;
  is_text constant boolean := jsonb_typeof(data -> 'text') = 'string' and data = jsonb_build_object('text', data -> 'text');
begin
  if room is null or room !~ '^([a-z0-9][a-z0-9_.-]{0,63}|x--[a-z2-7]{1,205})$' then
    raise exception 'a room is 1 to 64 of a-z 0-9 _ . - and begins with a letter or digit';
  end if;
  if sender is null or sender !~ '^[a-z0-9][a-z0-9_.-]{0,31}$' then
    raise exception 'a sender is 1 to 32 of a-z 0-9 _ . - and begins with a letter or digit';
  end if;
  if data is null or data = 'null' then raise exception 'data is any JSON but null'; end if;
  if is_text and octet_length(data ->> 'text') not between 1 and 4096 then
    raise exception 'a text has 1 to 4096 bytes';
  end if;
  if jsonb_path_exists(data, 'strict $.**{7} ? (@.type() == "object" || @.type() == "array")') then
    raise exception 'data is nested at most 7 levels deep';
  end if;
  if (select count(*) from jsonb_path_query(data, 'strict $.**')) > 513 then  -- and the whole
    raise exception 'data has at most 512 members and elements';
  end if;
  if jsonb_path_exists(data, 'strict $.** ? (@.type() == "object").keyvalue() ? (@.key == "__proto__")') then
    raise exception 'a member is named __proto__, which clients in JavaScript refuse';
  end if;
  if jsonb_path_exists(data, 'strict $.** ? (@.type() == "number" && (@ > 1.7e308 || @ < -1.7e308))') then
    raise exception 'a number in data is greater than clients can read';
  end if;
  if octet_length(coalesce(idempotency_key, '')) > 128 then
    raise exception 'an idempotency key has at most 128 bytes';
  end if;
  body := '{"from":{"id":"app.' || sender || '","name":"' || sender
          || case when is_text then '"},"text":' || (data -> 'text')::text else '"},"data":' || data::text end
          || ',"time":' || now_ms() || ',"node":"postgres"}';
  if octet_length(convert_to(body, 'UTF8')) > 17408 then
    raise exception 'the message would take more than 17 KiB as JSON';
  end if;
  insert into outbox (room, key, body)
    values (chat_publish.room, convert_to(coalesce(idempotency_key, ''), 'UTF8'), convert_to(body, 'UTF8'));
end $$;
