-- Removes what has ended. Each node calls it once a minute; one call at a time works, a few thousand rows at most. Returns
-- whether more is left. A log is kept for as long as a room may be idle (or its messages may be old), its row and senders
-- for twice as long: so offsets do not begin again while a client still remembers them.
create function sweep(in_idle bigint) returns boolean language plpgsql volatile as $$
declare
  most constant integer := 5000;
  at constant timestamptz := clock_timestamp();
  idle constant interval := in_idle * interval '1 millisecond';
  row_quota integer := most;      -- rows of rooms that this call may still remove
  old record;
begin
  if not pg_try_advisory_xact_lock(hashtext(current_schema() || ':sweep')) then return false; end if;
  for old in
    select r.name, r.written < at - 2 * idle as is_forgotten from room r
      where r.first <= r.top and r.written < at - least(idle, case when r.age > 0 then r.age * interval '1 millisecond' end)
         or r.written < at - 2 * idle
      limit 100 for update skip locked
  loop
    with gone as (
      delete from log where ctid = any (array(select ctid from log where room = old.name order by place limit row_quota)) returning 1
    ) select row_quota - count(*) into row_quota from gone;
    update room set first = coalesce((select min(place) from log where room = old.name), top + 1) where name = old.name;
    if old.is_forgotten then
      with gone as (
        delete from sender where ctid = any (array(select ctid from sender where room = old.name limit row_quota)) returning 1
      ) select row_quota - count(*) into row_quota from gone;
      with gone as (
        delete from key where ctid = any (array(select ctid from key where room = old.name limit row_quota)) returning 1
      ) select row_quota - count(*) into row_quota from gone;
    end if;
    exit when row_quota <= 0;
    if old.is_forgotten then
      delete from key_day where room = old.name;
      delete from room where name = old.name;
    end if;
  end loop;
  delete from key where ctid = any (array(
    select k.ctid from key k join key_day d on d.room = k.room and d.budget = k.budget
      where k.generation < d.generation + least(2, now_ms() / 86400000 - d.day) - 1 limit most));
  delete from pace where ctid = any (array(select ctid from pace where rest < now_ms() limit most));
  delete from mail where sent < at - interval '1 minute';
  delete from claim where until <= at;
  delete from item where until <= now_ms();
  delete from node where until <= at;
  delete from address where pid not in (select pid from pg_stat_activity where pid is not null);
  delete from lease where renewed < at - interval '10 minutes';
  delete from person where instance not in (select instance from lease);
  delete from holding where instance in (select instance from holder where changed < at - interval '7 days');
  delete from holder where changed < at - interval '7 days';
  return row_quota <= 0;
end $$;
