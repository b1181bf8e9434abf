import { expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer } from '../../testing/test-server.ts'

test('a conversation that somebody has locked is refused in time, and holds up no other conversation', async () => {
  await using node = await startTestServer()
  const seller = await fixture.addUser(node.db)
  const buyer = await fixture.addUser(node.db)
  const app = await fixture.addApp(node.db, seller.id)
  const ids: string[] = []
  for (let i = 0; i < 8; i++) {
    ids.push(
      await fixture.addConversation(node.db, await fixture.addPost(node.db, seller.id), seller.id, buyer.id),
    )
  }
  const grant = await fixture.addGrant(
    node.db,
    app.id,
    seller.id,
    ids.map((id) => `CONVERSATION_SEND_MESSAGE.${id}`),
  )
  const send = (id: string) =>
    fetch(`${node.url}/v2/open-platform/conversations/${id}/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': app.key,
        'x-access-token': grant.accessToken,
      },
      body: JSON.stringify({ message: 'سلام' }),
    })
  const [locked, ...others] = ids as [string, ...string[]]
  const stranger = await node.database.pool.connect()
  try {
    await stranger.query('begin')
    await stranger.query('select 1 from conversations where id = $1 for update', [locked])
    const refused = send(locked)
    // While the first still waits, the others have come and gone twice.
    const statuses = async () => (await Promise.all(others.map(send))).map(({ status }) => status)
    const before = await Promise.race([statuses().then(statuses), refused])
    expect(before).toEqual(others.map(() => 200))
    const answer = await refused
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { code: 14, details: [{ reason: 'CONVERSATION_LOCKED' }, helpDetail('CONVERSATION_LOCKED')] },
    ])
    const waiting = send(locked)
    await stranger.query('commit')
    expect((await waiting).status).toBe(200)
  } finally {
    stranger.release()
  }
})
