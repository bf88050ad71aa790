-- Appends: dedup, offset, epoch, log and doorbell in one transaction. The codes: 0 stored, 1 duplicate, 2 out of sequence,
-- 3 too many senders, 4 too early, 5 no such room, 6 too many keys, 7 no repetition, 8 another transaction holds the room.

-- How long a person must wait; 0: it has sent now.
create function too_early(in_room text, in_person bytea, in_interval bigint, in_burst bigint) returns bigint
language plpgsql volatile as $$
declare
  at bigint := now_ms();
  rests bigint;
  wait bigint;
begin
  select rest into rests from pace where room = in_room and person = in_person;
  rests := greatest(coalesce(rests, 0), at) + in_interval;
  wait := rests - at - in_interval * in_burst;
  if wait > 0 then return wait; end if;
  insert into pace values (in_room, in_person, rests) on conflict (room, person) do update set rest = excluded.rest;
  return 0;
end $$;

-- The current generation of the keys of a room and budget, and how many it has. A new day begins a new one.
create function lock_key_day(in_room text, in_budget text) returns key_day language plpgsql volatile as $$
declare
  today constant integer := (now_ms() / 86400000)::integer;
  found_day key_day;
begin
  insert into key_day (room, budget, day) values (in_room, in_budget, today)
    on conflict (room, budget) do update
      set generation = key_day.generation + least(2, greatest(0, today - key_day.day)),
          taken = case when today > key_day.day then 0 else key_day.taken end,
          day = greatest(today, key_day.day)
    returning * into found_day;
  return found_day;
end $$;

-- Takes a new key. False: the day has as many as it may have. People may be strangers, who must not use up a day: a full
-- generation of theirs begins the next one, but never within ten minutes of the last time. A full one of actions forgets
-- the key.
create function take_key(in_day key_day, in_key bytea, in_place bigint) returns boolean language plpgsql volatile as $$
declare
  most constant integer := 100000;
  current_generation integer := in_day.generation;
begin
  if in_day.taken >= most then
    if in_day.budget = 'x' then return true; end if;
    if in_day.budget <> 'p' or in_day.turned > clock_timestamp() - interval '10 minutes' then return false; end if;
    current_generation := current_generation + 1;
    update key_day set generation = current_generation, taken = 0, turned = clock_timestamp()
      where room = in_day.room and budget = in_day.budget;
  end if;
  insert into key values (in_day.room, in_day.budget, in_key, current_generation, in_place)
    on conflict (room, budget, key) do update set generation = excluded.generation, place = excluded.place;
  update key_day set taken = taken + 1 where room = in_day.room and budget = in_day.budget;
  return true;
end $$;

-- Tells all nodes which rooms have new messages: "r <room> <room> …", in payloads that NOTIFY takes.
create function ring(in_rooms text[]) returns void language plpgsql volatile as $$
declare
  payload text := 'r';
  name text;
begin
  foreach name in array in_rooms loop
    if length(payload) + 1 + length(name) > 7900 then
      perform pg_notify(current_schema(), payload);
      payload := 'r';
    end if;
    payload := payload || ' ' || name;
  end loop;
  if payload <> 'r' then perform pg_notify(current_schema(), payload); end if;
end $$;

-- Removes the first messages of a log: those beyond `keep`, an eighth of it at a time, and those that are too old. Returns
-- where the log then begins.
create function trimmed(in_room text, in_first bigint, in_top bigint, in_keep bigint, in_age bigint) returns bigint
language plpgsql volatile as $$
declare
  start bigint := in_first;
  oldest constant timestamptz := clock_timestamp() - in_age * interval '1 millisecond';
begin
  if in_top - start + 1 > in_keep + greatest(in_keep / 8, 16) then start := in_top - in_keep + 1; end if;
  if in_age > 0 and exists (select from log where room = in_room and place = start and written < oldest) then
    select coalesce(min(place), in_top + 1) into start from log
      where room = in_room and place >= start and written >= oldest;
  end if;
  if start > in_first then delete from log where room = in_room and place < start; end if;
  return start;
end $$;

-- Appends the messages of a node's turn. in_rooms is sorted, so that no two calls wait for each other in a circle; the first
-- in_counts[1] messages are of the first room, and so on. in_tells: the messages of the room are events. The arrays from
-- in_keys on may be empty: no message has such a thing. in_gaps: 1 the earlier messages of the sender are gone for good, and no
-- reason to refuse. in_terms: 0 the message may not be the first of its room, 1 it may, 2 only a repetition is taken.
-- Returns a row for each message; `last`: the last seq of the sender, or milliseconds to wait.
create function chat_append(
  in_life text, in_rooms text[], in_counts bigint[], in_keeps bigint[], in_ages bigint[], in_tells bigint[],
  in_most_events bigint, in_senders bytea[], in_seqs bigint[], in_bodies bytea[], in_keys bytea[], in_budgets text[],
  in_gaps bigint[], in_terms bigint[], in_persons bytea[], in_intervals bigint[], in_bursts bigint[])
returns table (code bigint, place bigint, last bigint, epoch text) language plpgsql volatile as $$
declare
  most_senders constant integer := 25000;
  i integer := 0;
  this_room text;
  state room;
  top_before bigint;
  stored bytea[];
  rung text[] := '{}';
  told_rooms text[] := '{}';
  told_epochs text[] := '{}';
  told_places bigint[] := '{}';
  told_bodies bytea[] := '{}';
  known sender;
  is_known boolean;
  is_keyed boolean;
  days key_day;
begin
  for r in 1 .. cardinality(in_rooms) loop
    this_room := in_rooms[r];
    state := lock_room_soon(in_life, this_room);
    if state.name is null then      -- the other rooms do not wait for it
      for step in 1 .. in_counts[r] loop
        i := i + 1;
        code := 8;
        place := 0;
        last := 0;
        epoch := '';
        return next;
      end loop;
      continue;
    end if;
    top_before := state.top;
    stored := '{}';
    for step in 1 .. in_counts[r] loop
      i := i + 1;
      code := 0;
      place := 0;
      last := 0;
      is_known := false;
      is_keyed := coalesce(in_keys[i] <> '', false);
      if in_senders[i] <> '' then
        select s.* into known from sender s where s.room = this_room and s.key = in_senders[i];
        is_known := found;
        if is_known then last := known.seq; end if;
        if in_seqs[i] <= last then
          code := 1;
          if in_seqs[i] = last then place := known.place; end if;
        elsif in_seqs[i] > last + 1 and in_gaps[i] is distinct from 1 then
          code := 2;
        elsif not is_known and in_terms[i] is distinct from 2 and state.senders >= most_senders then
          if state.turned > clock_timestamp() - interval '10 minutes' then
            code := 3;
          else
            delete from sender s where s.room = this_room and s.generation < state.generation;
            state.generation := state.generation + 1;
            state.senders := 0;
            state.turned := clock_timestamp();
          end if;
        end if;
      end if;
      if is_keyed then
        days := lock_key_day(this_room, in_budgets[i]);
        select 1, k.place into code, place from key k
          where k.room = this_room and k.budget = in_budgets[i] and k.key = in_keys[i] and k.generation >= days.generation - 1;
        code := coalesce(code, 0);
        place := coalesce(place, 0);
      end if;
      if code = 0 then
        if in_terms[i] = 2 then
          code := 7;
        elsif in_terms[i] = 0 and state.top = 0 then
          code := 5;
        elsif in_intervals[i] > 0 then
          last := too_early(this_room, in_persons[i], in_intervals[i], in_bursts[i]);
          if last > 0 then code := 4; end if;
        end if;
      end if;
      if code = 0 and is_keyed and not take_key(days, in_keys[i], state.top + 1) then code := 6; end if;
      if code = 0 then
        state.top := state.top + 1;
        place := state.top;
        stored := array_append(stored, in_bodies[i]);
        if is_known then
          update sender s set seq = in_seqs[i], place = state.top, generation = state.generation
            where s.room = this_room and s.key = in_senders[i];
        elsif in_senders[i] <> '' then
          insert into sender values (this_room, in_senders[i], in_seqs[i], state.top, state.generation);
        end if;
        if in_senders[i] <> '' and (not is_known or known.generation <> state.generation) then
          state.senders := state.senders + 1;
        end if;
      end if;
      epoch := state.epoch;
      return next;
    end loop;
    if state.top > top_before then
      insert into log select this_room, top_before + b.number, clock_timestamp(), b.body
        from unnest(stored) with ordinality as b (body, number);
      update room set top = state.top, keep = in_keeps[r], age = in_ages[r], senders = state.senders,
          generation = state.generation, turned = state.turned, written = clock_timestamp(),
          first = trimmed(this_room, state.first, state.top, in_keeps[r], in_ages[r])
        where name = this_room;
      rung := array_append(rung, this_room);
    elsif state.top = 0 then
      delete from room where name = this_room;
      delete from key_day k where k.room = this_room;
    end if;
    if in_tells[r] = 1 then
      for n in 1 .. cardinality(stored) loop
        told_rooms := array_append(told_rooms, this_room);
        told_epochs := array_append(told_epochs, state.epoch);
        told_places := array_append(told_places, top_before + n);
        told_bodies := array_append(told_bodies, stored[n]);
      end loop;
    end if;
  end loop;
  -- Last, because their queue has one row: a call that held it and waited for a room would wait in a circle.
  for n in 1 .. cardinality(told_rooms) loop
    perform tell_event(array['event', 'message_posted', 'room', told_rooms[n], 'epoch', told_epochs[n], 'offset',
                             told_places[n]::text], array['body'::bytea, told_bodies[n]], in_most_events);
  end loop;
  perform ring(rung);
end $$;
