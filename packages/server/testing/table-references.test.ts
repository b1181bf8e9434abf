import { expect, test } from 'vitest'
import { tableReferences } from './table-references.ts'

const columns = (sql: string): string[][] => tableReferences(sql, ['t', 'u']).map((found) => found.columns)

test.each([
  ['select from t x where x.a = 1 and b > 2', ['a']],
  ['select from t x where x.a = any (ids) order by x.b = 1', ['a']],
  ['select from t x where 1 = x.a', ['a']],
  ['select from t x where x.a in (1, 2) and x.b = 3 limit 1', ['a', 'b']],
  [
    'update t x set b = x.b + 1, c = case when x.d = 1 then 2 else 3 end where x.a = 1 returning x.e = 1',
    ['a'],
  ],
  ['delete from t x using u where x.a = u.a;', ['a']],
  ['insert into t (a, b) select 1, 2', ['a', 'b']],
])('the columns by which rows are reached: %s', (sql, expected) => {
  expect(columns(sql)[0]).toEqual(expected)
})

test.each([
  'select from t x where x.a = 1 or x.b = 2',
  'select from t x where (x.a = 1 or x.b = 2)',
  'select from t x where x.a > 1 and x.a is not null and x.a <> 3',
  'select from t x where not x.a = 1',
  'select from t x where (x.a, x.b) > (1, 2)',
  'select from t x union all select from v x where x.a = 1',
  'select from t x where exists (select 1 from v where v.a = x.a)',
  'select from (select x.b from t x) y where y.a = 1',
  "select from t x where x.b > 'x.a = 1' -- and x.a = 1",
  'perform from t x; select from v x where x.a = 1',
])('what reaches a row by no column: %s', (sql) => {
  expect(columns(sql)[0]).toEqual([])
})

test('every reference is found with what is done there, and nothing else is taken for one', () => {
  const sql = `
    with gone as (delete from t x where x.a = 1 returning *)
    insert into u (a) select g.a from gone g left join lateral (select 1 from t x where x.a = g.a) y on true;
    for r in select x.a from t x where x.b is distinct from t and x.a = 1 for update loop
      update u x set a = 1 where x.a = 2;
    end loop;`
  expect(tableReferences(sql, ['t', 'u']).map(({ access, table }) => `${access} ${table}`)).toEqual([
    'delete t',
    'insert u',
    'read t',
    'read t',
    'update u',
  ])
})
