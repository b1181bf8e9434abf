import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../testing/test-database.ts'
import { differingLines, dumpSchema } from './schema-dump.ts'

const ONE_OF_EACH = `
  create type mood as enum ('sad', 'it''s fine');
  create domain slug as text not null check (value ~ '^[a-z]+$');
  create type pair as (a int, b text);
  create sequence ticket increment 5;
  create table parent (
    id bigint generated always as identity primary key,
    name text collate "C" not null default 'x',
    twice int generated always as (length(name) * 2) stored,
    unique nulls not distinct (name)
  ) with (fillfactor = 80);
  alter table parent alter column name set storage external;
  create index parent_lower on parent (lower(name)) include (twice) where twice > 3;
  create table child (parent_id bigint references parent on delete cascade, at date not null, check (at > '2020-01-01'))
    partition by range (at);
  create table child_2026 partition of child for values from ('2026-01-01') to ('2027-01-01') with (fillfactor = 50);
  create index child_at on child (at);
  create function touch() returns trigger language plpgsql set enable_seqscan = off as $$ begin return new; end $$;
  create trigger touched before update on parent for each row execute function touch();
  create view names as select name from parent where twice is not null;`

test('every kind of object is told, in one text for all versions', async () => {
  await using database = await createTestDatabase({ empty: true, max: 1 })
  await database.pool.query(ONE_OF_EACH)
  expect(await dumpSchema(database.pool)).toMatchInlineSnapshot(`
    "enum mood 'sad', 'it''s fine'

    type pair (a integer, b text)

    domain slug text not null CHECK ((VALUE ~ '^[a-z]+$'::text))

    sequence ticket bigint start 1 increment 5 min 1 max 9223372036854775807 cache 1

    table child partition by RANGE (at)
      column parent_id bigint
      column at date not null
      constraint child_at_check CHECK ((at > '2020-01-01'::date))
      constraint child_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES parent(id) ON DELETE CASCADE
      index CREATE INDEX child_at ON ONLY public.child USING btree (at)

    table child_2026 partition of child FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')
      option fillfactor=50

    table parent
      column id bigint not null generated always as identity
      column name text collate "C" not null default 'x'::text storage e
      column twice integer generated ((length(name) * 2)) s
      option fillfactor=80
      constraint parent_name_key UNIQUE NULLS NOT DISTINCT (name)
      constraint parent_pkey PRIMARY KEY (id)
      index CREATE INDEX parent_lower ON public.parent USING btree (lower(name)) INCLUDE (twice) WHERE (twice > 3)
      trigger CREATE TRIGGER touched BEFORE UPDATE ON public.parent FOR EACH ROW EXECUTE FUNCTION touch()

    view names
     SELECT name
       FROM parent
      WHERE (twice IS NOT NULL);

    CREATE OR REPLACE FUNCTION public.touch()
     RETURNS trigger
     LANGUAGE plpgsql
     SET enable_seqscan TO 'off'
    AS $function$ begin return new; end $function$
    "
  `)
})

test('the order in which things were made leaves no trace', async () => {
  const statements = ['create table a (n int)', 'create table b (n int)', 'create view c as select 1 as n']
  const texts: string[] = []
  for (const order of [statements, statements.toReversed()]) {
    await using database = await createTestDatabase({ empty: true, max: 1 })
    for (const statement of order) await database.pool.query(statement)
    texts.push(await dumpSchema(database.pool))
  }
  expect(texts[0]).toBe(texts[1])
})

test('the migrations make the schema that is committed; node scripts/schema-dump.ts renews it', async () => {
  await using database = await createTestDatabase({ max: 1 })
  const committed = await readFile(join(import.meta.dirname, 'schema.txt'), 'utf8')
  expect(differingLines(committed, await dumpSchema(database.pool))).toEqual([])
})

test('a difference is shown by its lines', () => {
  expect(differingLines('a\nb\n', 'a\nb\n')).toEqual([])
  expect(differingLines('a\nb\n', 'a\nc\n')).toEqual(['- b', '+ c'])
  expect(differingLines('a\nb\n', 'b\na\n')).toEqual(['the same lines in another order'])
})
