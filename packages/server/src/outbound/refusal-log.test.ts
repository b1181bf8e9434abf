import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { createAddressGuard } from './address-guard.ts'
import { createOutbound } from './call-app.ts'

test('a refused call is logged with where it would have gone, and without what may be secret in its URL', async () => {
  const logged: object[] = []
  const outbound = createOutbound({
    guard: createAddressGuard({ allow: [] }),
    clock: systemClock,
    log: { warn: (fields) => void logged.push(fields) },
  })
  const call = { headers: {}, body: '{}', deadlineMs: 1_000 }
  await outbound.call({ ...call, url: 'http://127.0.0.1:9000/hook/secret?token=secret#secret' })
  await outbound.call({ ...call, url: 'http://10.0.0.1/' })
  await outbound.close()
  expect(logged).toMatchObject([{ origin: 'http://127.0.0.1:9000' }, { origin: 'http://10.0.0.1' }])
  expect(JSON.stringify(logged)).not.toContain('secret')
})
