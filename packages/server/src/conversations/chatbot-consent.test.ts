import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { AppUserIds } from '../access/app-user-ids.ts'
import { readSetting } from '../db/instance-settings.ts'

let node: TestServer
let userIds: AppUserIds

beforeAll(async () => {
  node = await startTestServer({ config: { dispatcher: false } })
  userIds = new AppUserIds(Buffer.from((await readSetting<string>(node.db, 'secret')) ?? ''))
})
afterAll(() => node.close())

describe('§9 a chatbot begins a conversation by consent alone', () => {
  test.each(['access_tokens', 'grants'] as const)(
    'what this node has not heard of yet, a revocation in %s, opens none that the app could speak into without',
    async (table) => {
      const user = await fixture.addUser(node.db)
      const app = await fixture.addApp(node.db, user.id)
      const grant = await fixture.addGrant(node.db, app.id, user.id, [
        'CHAT_BOT_USER_MESSAGE_SEND',
        'USER_ID',
      ])
      const headers = { 'x-api-key': app.key, 'content-type': 'application/json' }
      const withToken = { ...headers, authorization: `Bearer ${grant.accessToken}` }
      const known = await fetch(`${node.url}/v1/open-platform/users`, { headers: withToken })
      expect(known.status).toBe(200)
      await node.db
        .updateTable(table)
        .set({ revoked_at: new Date() })
        .where('id', '=', table === 'grants' ? grant.grantId : grant.tokenId)
        .execute()

      const say = async (as: Record<string, string>) => {
        const path = `/v1/open-platform/chat/bot/users/${userIds.toPublic(app.id, user.id)}/messages`
        const body = JSON.stringify({ text_message: 'hi' })
        const answer = await fetch(node.url + path, { method: 'POST', headers: as, body })
        return `${answer.status} ${JSON.stringify(await answer.json())}`
      }
      expect(await say(withToken)).toMatch(/^401 .*CREDENTIAL_REVOKED/)
      expect(await say(headers)).toMatch(/^403 .*SCOPE_MISSING/)
      const opened = await node.db
        .selectFrom('conversations')
        .select('id')
        .where('demand_id', '=', user.id)
        .execute()
      expect(opened).toEqual([])
    },
  )
})
