import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { caseOf, casesWithoutOperation } from './cases.ts'
import { probesOf } from './probes.ts'
import { failureText, totalsLine } from './report.ts'
import { runProbes } from './run-probes.ts'
import { TINY_RULINGS, tinyDescription, tinyOperation } from './tiny-description.ts'
import { AnswerValidator } from './validate-answer.ts'

const { schemas } = tinyDescription()
const resource = (name: string): string | undefined => (name === 'note_id' ? 'n1' : undefined)
const deps = { schemas, rulings: TINY_RULINGS, resource, unknown: 'nothing' }
const write = tinyOperation('Notes_Write')
const marketplace = { key: 'k', accessToken: 't', bareKey: 'b', bareToken: 'bt', strangerKey: 's', resource }

async function ask(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  served: boolean,
  exact: string[] = [],
) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const probes = probesOf(deps, write, { served, credentials: 'key and token', needsScope: true })
    const validator = new AnswerValidator(schemas)
    return await runProbes(
      { url, marketplace, validator, exact: new Map(exact.map((id) => [id, ''])) },
      probes,
    )
  } finally {
    server.close()
  }
}

const reply = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

describe('a run', () => {
  it('lets an operation that is not served pass when it says code 12 with a key and without', async () => {
    const outcome = await ask((_, response) => reply(response, 501, { code: 12, message: 'no' }), false)
    expect(outcome).toMatchObject({ requests: 2, failures: [] })
  })

  it('fails an operation that answers although it is not served', async () => {
    const outcome = await ask((_, response) => reply(response, 200, { id: 'n1' }), false)
    expect(outcome.failures).toHaveLength(2)
  })

  it('finds a server that takes everything: no key, wrong key, no token, bad bodies, unknown names', async () => {
    const { requests, failures } = await ask((_, response) => reply(response, 200, { id: 'n1' }), true)
    const names = failures.map(({ what }) => what)
    expect(names).toEqual(
      expect.arrayContaining([
        'no key',
        'wrong key',
        'a key without the permission',
        'no user token',
        'wrong user token',
        'a token of another app',
        'a token without the scope',
        'names of nothing',
        'bad: text is missing',
      ]),
    )
    expect(names.filter((name) => name.startsWith('good'))).toEqual([])
    expect(requests).toBe(failures.length + 3)
  })

  it('says what was sent, as a command, and what is wrong with the answer', async () => {
    const { failures } = await ask((_, response) => reply(response, 200, { id: 7 }), true)
    const text = failureText(failures[0]!)
    expect(text).toContain('Notes_Write: good 1 of 3')
    expect(text).toContain('/id must be string')
    expect(text).toMatch(/curl -i -X POST 'http.*\/v1\/notes\/n1' -H 'x-api-key: k'.*buy bread/)
    expect(text).toContain('200 {"id":7}')
  })

  it('notes fields that the description does not have', async () => {
    const outcome = await ask((_, response) => reply(response, 200, { id: 'n1', more: 1 }), true)
    expect(outcome.additions.get('Notes_Write')).toEqual(new Set(['more']))
  })

  it('refuses them where clients do', async () => {
    const answer = { id: 'n1', tags: [{ name: 'a', more: 1 }] }
    const outcome = await ask((_, response) => reply(response, 200, answer), true, ['Notes_Write'])
    const good = outcome.failures.find(({ what }) => what.startsWith('good'))
    expect(good?.faults.join()).toContain('tags[].more is not described')
  })
})

describe('cases', () => {
  it('are missing for an operation that nobody has decided on', () => {
    expect(caseOf(write)).toBeNull()
  })

  it('take their credentials from the description unless ruled otherwise', () => {
    const asked = (id: string, scopes: string[]) =>
      caseOf({ ...write, id, needsKey: true, scopes })?.credentials
    expect(asked('Finder_GetPost', [])).toBe('key')
    expect(asked('Finder_GetUser', ['USER_ID'])).toBe('key and token')
    expect(asked('Assets_GetPermissions', [])).toBe('none')
  })

  it('that name no operation are found', () => {
    expect(casesWithoutOperation([])).toContain('Finder_GetPost')
    expect(casesWithoutOperation([{ ...write, id: 'Finder_GetPost' }])).not.toContain('Finder_GetPost')
  })
})

it('the last line is one JSON object', () => {
  const rates = { seconds: 3, requests_per_second: 2 }
  expect(totalsLine({ ...rates, failed: 0, fuzzed: 4, requests: 5, served: 1, operations: 2 })).toBe(
    '{"operations":2,"served":1,"requests":5,"fuzzed":4,"failed":0,"requests_per_second":2,"seconds":3}',
  )
})
