import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Flags } from '../flags.ts'
import { TINY_RULINGS, tinyDescription, tinyOperation } from '../tiny-description.ts'
import { AnswerValidator } from '../validate-answer.ts'
import { fuzzSurface, type SurfaceOutcome } from './fuzz-surface.ts'
import type { Target } from './request-arbitrary.ts'

const { schemas } = tinyDescription()
const FLAGS: Flags = { verbose: false, surface: 'public', fuzz: 400, seed: 3 }
const served: Target = { operation: tinyOperation('Notes_Write'), served: true, right: {}, wrong: [] }
const notServed: Target = { operation: tinyOperation('Notes_Ring'), served: false, right: {}, wrong: [] }

async function fuzz(
  status: number,
  body: object,
  flags: Partial<Flags> = {},
): Promise<SurfaceOutcome & { asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const isNotes = (request.url ?? '').startsWith('/v1/notes/')
    asked.push(isNotes ? 'Notes_Write' : 'Notes_Ring')
    const [code, answer] =
      isNotes && request.method === 'POST' ? [status, body] : [501, { code: 12, message: 'no' }]
    request.resume().on('end', () => {
      response.writeHead(code, { 'content-type': 'application/json', 'x-request-id': '1' })
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const deps = () => ({ schemas, rulings: TINY_RULINGS, resource: () => undefined })
  const validator = new AnswerValidator(schemas)
  try {
    const described = [{ validator, deps, targets: [served, notServed] }]
    const options = { url, flags: { ...FLAGS, ...flags }, exact: new Map(), secrets: [] }
    return { ...(await fuzzSurface(described, options)), asked }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
const bad = { code: 3, message: 'no', details: [] }

describe('random requests for a whole surface', () => {
  it('go to what is served, and a few to what is not', async () => {
    const { asked } = await fuzz(400, bad)
    const ring = asked.filter((id) => id === 'Notes_Ring').length
    expect(ring).toBeGreaterThan(5)
    expect(ring).toBeLessThan(100)
  })

  it('say of an operation that answers 200 to nothing that nothing is proved of it', async () => {
    expect((await fuzz(400, bad)).neverReached).toEqual(['Notes_Write'])
    expect((await fuzz(200, { id: 'n1' })).neverReached).toEqual([])
  })

  it('note the ids of messages that were accepted', async () => {
    const { accepted } = await fuzz(200, { id: 'n1', message_id: 'm1' })
    expect(accepted.length).toBeGreaterThan(50)
    expect(new Set(accepted)).toEqual(new Set(['m1']))
  })

  it('can be asked of one operation alone, and of none', async () => {
    expect(new Set((await fuzz(400, bad, { operation: 'Notes_Ring' })).asked)).not.toContain('Notes_Write')
    expect((await fuzz(400, bad, { fuzz: 0 })).asked).toEqual([])
  })
})
