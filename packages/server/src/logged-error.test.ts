import { describe, expect, test } from 'vitest'
import { loggedError } from './logged-error.ts'

/** As the PostgreSQL driver throws them. */
const databaseError = (message: string, more: object) => Object.assign(new Error(message), more)

const SECRET = 'the words of a person'

const thrownBy = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

describe('an error in the log holds nothing of what it is about', () => {
  const quoting: Record<string, unknown> = {
    'a row that breaks a rule': databaseError(
      'duplicate key value violates unique constraint "users_host_id_key"',
      {
        code: '23505',
        detail: `Key (host_id)=(${SECRET}) already exists.`,
        where: `unnamed portal parameter $1 = '${SECRET}'`,
        internalQuery: SECRET,
        hint: SECRET,
        parameters: [SECRET],
      },
    ),
    'a value of a wrong form': databaseError(`invalid input syntax for type uuid: "${SECRET} "and" more"`, {
      code: '22P02',
    }),
    'a body that is no JSON': thrownBy(() => JSON.parse(`{"text": ${SECRET}`)),
    'a URL that is none': thrownBy(() => new URL(SECRET)),
    'an argument of a wrong type': thrownBy(() => Buffer.alloc(SECRET as unknown as number)),
    'a message of several lines': new Error('a row was refused', {
      cause: databaseError('x', { detail: SECRET }),
    }),
    'several at once': new AggregateError([databaseError('x', { detail: SECRET })], 'all failed'),
    'an error within another': databaseError('x', { originalError: databaseError('y', { detail: SECRET }) }),
    'what an app answered': databaseError('Response does not match the HTTP/1.1 protocol', { data: SECRET }),
    'an object': { message: SECRET },
    'a text': SECRET,
  }
  for (const [name, error] of Object.entries(quoting)) {
    test(name, () => {
      const logged = JSON.stringify(loggedError(error))
      for (const word of ['words', 'person']) expect(logged).not.toContain(word)
    })
  }

  test('credentials in any message, and what a URL hides', () => {
    const text = `refused cs_${'a'.repeat(43)} and whsec_${'b'.repeat(40)}= at postgres://me:pw@db/x?token=t https://app/x?y=secret`
    expect(loggedError(new Error(text)).message).toBe(
      'refused *** and *** at postgres://***@db/x?*** https://app/x?***',
    )
  })
})

test('it says what went wrong and where: type, code, rule, causes and places', () => {
  const cause = databaseError('new row for relation "users" violates check constraint "no_such_phone"', {
    code: '23514',
    table: 'users',
    constraint: 'no_such_phone',
    severity: 'ERROR',
  })
  const logged = loggedError(new TypeError('not written', { cause }))
  expect(logged).toMatchObject({
    type: 'TypeError',
    message: 'not written',
    stack: expect.stringMatching(/^\s+at .*logged-error\.test\.ts:\d+:\d+/),
    cause: { message: cause.message, code: '23514', table: 'users', constraint: 'no_such_phone' },
  })
})

test('errors that cause each other end', () => {
  const first = new Error('first')
  first.cause = new Error('second', { cause: first })
  expect(JSON.stringify(loggedError(first)).match(/second/g)).toHaveLength(3)
})
