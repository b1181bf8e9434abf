import { describe, expect, test } from 'vitest'
import { refusal, wrongFields } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { operatorClient, useOperatorBed } from '../../testing/operator-bed.ts'

interface Page {
  users: { host_id: string; name: string; phone: string | null }[]
  next_cursor: string | null
}

describe('operators find and flag people', () => {
  const bed = useOperatorBed()
  const find = async (query: Record<string, string>): Promise<Page> =>
    (await bed.call<Page>('GET', `/users?${new URLSearchParams(query)}`)).body
  const ids = (page: Page) => page.users.map(({ host_id }) => host_id)

  test('by words of the name, the beginning of the id, or a whole phone number, which is masked', async () => {
    const user = await fixture.addUser(bed.node.db, { name: 'مریم کاظمی‌نژاد', phone: '09351112233' })
    for (const q of ['مریم', 'كاظمي', 'نژاد مر', user.hostId, user.hostId.slice(0, -1)]) {
      expect(ids(await find({ q })), q).toContain(user.hostId)
    }
    for (const q of ['09351112233', '+98 935 111 2233', '۰۹۳۵۱۱۱۲۲۳۳']) {
      expect((await find({ q })).users, q).toMatchObject([{ host_id: user.hostId, phone: '0935*****33' }])
    }
    for (const q of ['0935111223', '%', '_', "'", 'ریم']) expect(ids(await find({ q })), q).toEqual([])
  })

  test('those with a flag, the newest first, page by page', async () => {
    const people = []
    for (let i = 0; i < 5; i++)
      people.push((await fixture.addUser(bed.node.db, { blacklisted: true })).hostId)
    const first = await find({ flag: 'blacklisted', limit: '3' })
    expect(ids(first)).toEqual(people.toReversed().slice(0, 3))
    const second = await find({ flag: 'blacklisted', limit: '2', cursor: first.next_cursor ?? '' })
    expect(ids(second)).toEqual(people.toReversed().slice(3))
  })

  test('one person, with the apps and posts they own', async () => {
    const user = await fixture.addUser(bed.node.db, { developer: true, phone: '09120001122' })
    const app = await fixture.addApp(bed.node.db, user.id)
    await fixture.addPost(bed.node.db, user.id)
    const answer = await bed.call('GET', `/users/${user.hostId}`)
    expect(answer.body).toMatchObject({
      host_id: user.hostId,
      phone: '0912*****22',
      developer: true,
      operator: false,
      apps: [{ slug: app.slug }],
      posts: 1,
    })
    expect(answer.text).not.toContain('09120001122')
  })

  test('a change is in force at once, and written down with what was before', async () => {
    const user = await fixture.addUser(bed.node.db)
    const asOperator = operatorClient(bed.node.url, user.cookie)
    expect(refusal(await asOperator('GET', '/overview'))).toEqual([403, 7, 'NOT_AN_OPERATOR'])
    const path = `/users/${user.hostId}`
    expect((await bed.call('PATCH', path, { operator: true, developer: true })).body).toMatchObject({
      operator: true,
      developer: true,
      blacklisted: false,
    })
    expect((await asOperator('GET', '/overview')).status).toBe(200)
    await bed.call('PATCH', path, { operator: false, developer: true })
    expect((await asOperator('GET', '/overview')).status).toBe(403)
    expect(await bed.actions()).toMatchObject([
      {
        action: 'change_user',
        user: { host_id: user.hostId },
        before: { operator: true },
        after: { operator: false },
      },
      { before: { developer: false, operator: false }, after: { developer: true, operator: true } },
    ])
  })

  test('what changes nothing is not written down', async () => {
    const user = await fixture.addUser(bed.node.db)
    expect((await bed.call('PATCH', `/users/${user.hostId}`, { blacklisted: false })).status).toBe(200)
    expect((await bed.call('PATCH', `/users/${user.hostId}`, {})).status).toBe(200)
    expect(await bed.actions()).toEqual([])
  })

  test('nobody takes their own flag away; other flags of theirs they may change', async () => {
    const own = `/users/${bed.operator.hostId}`
    expect(refusal(await bed.call('PATCH', own, { operator: false, developer: true }))).toEqual([
      412,
      9,
      'OWN_OPERATOR_FLAG',
    ])
    expect((await bed.call('GET', own)).body).toMatchObject({ operator: true, developer: false })
    expect((await bed.call('PATCH', own, { operator: true, developer: true })).status).toBe(200)
  })

  test('two operators who take each other’s flag away at once leave one of them', async () => {
    const other = await fixture.addUser(bed.node.db, { operator: true })
    const asOther = operatorClient(bed.node.url, other.cookie)
    const answers = await Promise.all([
      bed.call('PATCH', `/users/${other.hostId}`, { operator: false }),
      asOther('PATCH', `/users/${bed.operator.hostId}`, { operator: false }),
    ])
    const left = await bed.node.db
      .selectFrom('users')
      .select('host_id')
      .where('id', 'in', [other.id, bed.operator.id])
      .where('operator', '=', true)
      .execute()
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 403])
    expect(left).toHaveLength(1)
  })

  test('a misspelt flag, an unknown or a deleted person: named, and nothing is done', async () => {
    const user = await fixture.addUser(bed.node.db)
    const wrong = await bed.call('PATCH', `/users/${user.hostId}`, { operater: true, blacklisted: 'yes' })
    expect(Object.keys(wrongFields(wrong)).toSorted()).toEqual(['blacklisted', 'operater'])
    expect(refusal(await bed.call('GET', '/users/nobody-here'))).toEqual([404, 5, 'USER_UNKNOWN'])
    await bed.node.db.updateTable('users').set({ deleted_at: new Date() }).where('id', '=', user.id).execute()
    expect(refusal(await bed.call('PATCH', `/users/${user.hostId}`, { blacklisted: true }))).toEqual([
      404,
      5,
      'USER_UNKNOWN',
    ])
    expect(await bed.actions()).toEqual([])
  })
})
