import type pg from 'pg'

/** A guard of the engine, and what its function looks like without it. */
interface Mutant {
  function: string
  guard: string
  without: string
}

/**
 * The engine with one guard taken out each, to see that the suite finds out: CHARSU_FAULT_MUTANT=name. Guards are
 * pieces of the functions in packages/server/src/db/migrations; one that is no longer found there is an error.
 */
export const MUTANTS: Readonly<Record<string, Mutant>> = {
  'tail-not-locked': {
    function: 'send_messages',
    guard: 'limit 1 for key share) tail',
    without: 'limit 1) tail',
  },
  'conversations-not-locked': {
    function: 'send_messages',
    guard: 'order by c.id for no key update',
    without: 'order by c.id',
  },
  'repeat-not-recognised': {
    function: 'send_messages',
    guard: 'when before.id is not null then 1',
    without: '',
  },
  'no-fence': {
    function: 'finish_deliveries',
    guard: 'and q.lease_number = p_lease_number[array_position(p_delivery_id, q.id)]',
    without: '',
  },
  'fence-by-state': {
    function: 'finish_deliveries',
    guard: 'and q.lease_number = p_lease_number[array_position(p_delivery_id, q.id)]',
    without: 'and q.lease_until is not null',
  },
  'lane-not-handed-on': {
    function: 'finish_deliveries',
    guard: 'if next_in_lane is not null then',
    without: 'if false then',
  },
  'no-sweep': { function: 'sweep_leases', guard: 'limit p_max', without: 'limit 0' },
  'far-leases-not-swept': {
    function: 'sweep_leases',
    guard: '(moment + 2 * p_lease, ',
    without: "('infinity', ",
  },
  'no-renewal': { function: 'renew_leases', guard: 'clock_timestamp() + p_lease', without: 'q.lease_until' },
  'same-number-for-every-lease': {
    function: 'claim_deliveries',
    guard: 'lease_number = q.lease_number + 1',
    without: 'lease_number = q.lease_number',
  },
}

/** Replaces a function of this database by its mutant. */
export async function applyMutant(db: Pick<pg.Pool, 'query'>, name: string): Promise<void> {
  const mutant = MUTANTS[name]
  if (!mutant) throw new Error(`no mutant is called ${name}: there are ${Object.keys(MUTANTS).join(', ')}`)
  const { rows } = await db.query<{ definition: string }>(
    `select pg_get_functiondef(oid) as definition from pg_proc where proname = $1`,
    [mutant.function],
  )
  const definition = rows[0]?.definition ?? ''
  if (!definition.includes(mutant.guard)) {
    throw new Error(`${mutant.function} does not hold the guard of ${name}: "${mutant.guard}"`)
  }
  await db.query(definition.replace(mutant.guard, mutant.without))
}
