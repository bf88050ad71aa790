-- Queues, and the events in them. The row of a queue is locked by each push until its transaction ends: so the numbers of
-- entries rise in the order in which they can be read, and a reader that goes on behind the last one misses none.

create table queue (
  name text collate "C" primary key,
  last bigint not null default 0,
  waiting bigint not null default 0,
  lost bigint not null default 0,
  consumer text not null default '',
  until timestamptz not null default '-infinity'
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

-- `fields`: name, value, name, value …
create table entry (
  queue text collate "C" not null,
  id bigint not null,
  fields bytea[] not null,
  primary key (queue, id)
) with (autovacuum_vacuum_scale_factor = 0.05);

-- What the nodes have: 's' sessions, 'r' rooms with members. A node's number is that of its last changes.
create table holder (
  instance text collate "C" primary key,
  number bigint not null,
  changed timestamptz not null
) with (fillfactor = 50);

create table holding (
  instance text collate "C" not null,
  kind text collate "C" not null,
  name text collate "C" not null,
  owner bytea not null,
  primary key (instance, kind, name)
);
create index holding_room on holding (name) where kind = 'r';

-- Puts an entry at the end and returns its id; null: the queue has in_most entries, and counts it as lost.
create function push(in_queue text, in_fields bytea[], in_most bigint) returns bigint language plpgsql volatile as $$
declare
  number bigint;
begin
  insert into queue as q (name, last, waiting) values (in_queue, 1, 1)
    on conflict (name) do update set last = q.last + 1, waiting = q.waiting + 1 where q.waiting < in_most
    returning q.last into number;
  if number is null then
    update queue set lost = lost + 1 where name = in_queue;
  else
    insert into entry values (in_queue, number, in_fields);
  end if;
  return number;
end $$;

create function tell_event(in_texts text[], in_bytes bytea[], in_most bigint) returns void language plpgsql volatile as $$
begin
  perform push('hooks', (select array_agg(convert_to(t, 'UTF8') order by n) from unnest(in_texts) with ordinality as x (t, n))
                        || in_bytes, in_most);
end $$;

-- Renews the lease of a queue's consumer and reads the entries behind in_after. in_lease 0: gives it up. The first row has
-- the state as its id: 0 another node is the consumer, 1 it still is, 2 it is anew and reads from the oldest. Then a row for
-- each entry; one beyond the bounds has its bytes and no fields.
create function read_queue(in_queue text, in_consumer text, in_lease bigint, in_after bigint, in_most bigint,
                           in_most_bytes bigint, in_max_texts bigint, in_max_bytes bigint)
returns table (id bigint, bytes bigint, fields bytea[]) language plpgsql volatile as $$
declare
  at constant timestamptz := clock_timestamp();
  state queue;
  room_left bigint := in_most_bytes;
  after bigint := in_after;
begin
  select * into state from queue q where q.name = in_queue;
  if in_lease = 0 then
    update queue q set until = '-infinity' where q.name = in_queue and q.consumer = in_consumer;
    return;
  end if;
  id := 1;
  if not found or state.consumer <> in_consumer or state.until <= at then
    insert into queue as q (name, consumer, until) values (in_queue, in_consumer, at + in_lease * interval '1 millisecond')
      on conflict (name) do update set consumer = excluded.consumer, until = excluded.until
        where q.until <= at or q.consumer = in_consumer;
    id := case when found then 2 else 0 end;
    after := 0;
  elsif state.until < at + in_lease * interval '0.6 milliseconds' then
    update queue q set until = at + in_lease * interval '1 millisecond' where q.name = in_queue and q.consumer = in_consumer;
    if not found then id := 0; end if;
  end if;
  bytes := 0;
  return next;
  if id = 0 then return; end if;
  for id, fields in select e.id, e.fields from entry e where e.queue = in_queue and e.id > after order by e.id limit in_most loop
    select coalesce(sum(octet_length(f)), 0) into bytes from unnest(fields) as f;
    if cardinality(fields) > in_max_texts or bytes > in_max_bytes then fields := null; end if;
    return next;
    if fields is not null then room_left := room_left - bytes; end if;
    exit when room_left <= 0;
  end loop;
end $$;

create function acknowledge(in_queue text, in_ids bigint[]) returns bigint language plpgsql volatile as $$
declare
  removed bigint;
begin
  perform from queue where name = in_queue for update;
  delete from entry where queue = in_queue and id = any (in_ids);
  get diagnostics removed = row_count;
  update queue set waiting = waiting - removed where name = in_queue;
  return removed;
end $$;

-- Moves an entry to the dead letters, of which the oldest go. Of an entry beyond the bounds only its size is kept.
create function bury(in_queue text, in_id bigint, in_reason bytea, in_dead text, in_most bigint, in_max_texts bigint,
                     in_max_bytes bigint)
returns bigint language plpgsql volatile as $$
declare
  texts bytea[];
  bytes bigint;
  surplus bigint;
begin
  select fields into texts from entry where queue = in_queue and id = in_id;
  if not found then return 0; end if;
  perform acknowledge(in_queue, array[in_id]);
  select coalesce(sum(octet_length(f)), 0) into bytes from unnest(texts) as f;
  if cardinality(texts) > in_max_texts or bytes > in_max_bytes then
    texts := array['bytes'::bytea, convert_to(bytes::text, 'UTF8')];
  end if;
  perform push(in_dead, array['id'::bytea, convert_to(in_id::text, 'UTF8'), 'reason'::bytea, in_reason] || texts, in_most + 1000);
  select q.waiting - in_most into surplus from queue q where q.name = in_dead;
  if surplus > 500 then
    perform acknowledge(in_dead, (select array_agg(o.id) from
      (select e.id from entry e where e.queue = in_dead order by e.id limit surplus) as o));
  end if;
  return 1;
end $$;

-- Stores which sessions and rooms a node has, and enqueues the events that follow. in_number 0: the node is dead. The arrays
-- have one item for each change. A node tells the end of a holding also if it is not known here; for a dead node only the
-- end of a known one counts. All changes of all nodes come one after the other, so that a room has one first and one last node.
create function change_holdings(
  in_instance text, in_number bigint, in_most bigint, in_time bigint, in_begins bigint[], in_kinds text[], in_names text[],
  in_owners bytea[], in_reasons bytea[], in_wanted bigint[])
returns void language plpgsql volatile as $$
declare
  is_changed boolean;
  nodes bigint;
  head text[];
begin
  insert into queue (name) values ('hooks') on conflict do nothing;
  perform from queue where name = 'hooks' for update;
  if in_number <> 0 then
    insert into holder as h values (in_instance, in_number, clock_timestamp())
      on conflict (instance) do update set number = excluded.number, changed = excluded.changed where h.number <> excluded.number;
    if not found then return; end if;
  end if;
  for i in 1 .. cardinality(in_names) loop
    if in_begins[i] = 1 then
      insert into holding as h values (in_instance, in_kinds[i], in_names[i], in_owners[i])
        on conflict (instance, kind, name) do update set owner = excluded.owner returning h.xmax = 0 into is_changed;
    else
      delete from holding where instance = in_instance and kind = in_kinds[i] and name = in_names[i];
      is_changed := found;
    end if;
    head := array['event', '', 'time', in_time::text, 'node', split_part(in_instance, '.', 1)];
    if in_kinds[i] = 's' then
      if in_wanted[i] = 1 and in_begins[i] = 1 and is_changed then
        head[2] := 'connected';
        perform tell_event(head || array['session', in_names[i]], array['user'::bytea, in_owners[i]], in_most);
      elsif in_wanted[i] = 1 and in_begins[i] = 0 and (is_changed or in_number <> 0) then
        head[2] := 'disconnected';
        perform tell_event(head || array['session', in_names[i]],
                           array['user'::bytea, in_owners[i], 'reason'::bytea, in_reasons[i]], in_most);
      end if;
      continue;
    end if;
    select count(*) into nodes from holding where kind = 'r' and name = in_names[i];
    if in_wanted[i] = 1 and in_begins[i] = 1 and is_changed and nodes = 1 then
      head[2] := 'room_occupied';
      perform tell_event(head || array['room', in_names[i]], '{}', in_most);
    elsif in_wanted[i] = 1 and in_begins[i] = 0 and (is_changed or in_number <> 0) and nodes = 0 then
      head[2] := 'room_vacated';
      perform tell_event(head || array['room', in_names[i]], '{}', in_most);
    end if;
  end loop;
  if in_number = 0 and not exists (select from holding where instance = in_instance) then
    delete from holder where instance = in_instance;
  end if;
end $$;
