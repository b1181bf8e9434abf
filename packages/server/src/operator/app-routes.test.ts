import { beforeEach, describe, expect, test } from 'vitest'
import { refusal, wrongFields } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { useOperatorBed } from '../../testing/operator-bed.ts'

interface Page {
  apps: { slug: string; state: string }[]
  next_cursor: string | null
}

describe('operators decide about apps', () => {
  const bed = useOperatorBed()
  let owner: fixture.UserFixture

  beforeEach(async () => {
    owner = await fixture.addUser(bed.node.db, { developer: true, name: 'Sara' })
  })

  const submitted = async () => {
    const app = await fixture.addApp(bed.node.db, owner.id, { eventsUrl: 'http://127.0.0.1:9/events' })
    await bed.node.db
      .insertInto('app_scopes')
      .values([
        { app_id: app.id, name: 'USER_ID' },
        { app_id: app.id, name: 'USER_PHONE' },
      ])
      .execute()
    await bed.node.db.insertInto('app_permissions').values({ app_id: app.id, name: 'GET_POST' }).execute()
    await bed.node.db.updateTable('apps').set({ submitted_at: new Date() }).where('id', '=', app.id).execute()
    return app
  }
  const list = async (query: string): Promise<Page> => (await bed.call<Page>('GET', `/apps?${query}`)).body
  const mine = (query = '') => list(`owner=${owner.hostId}&${query}`)

  test('one app shows what it asks for, its pages, limits and endpoint, and no secret', async () => {
    const app = await submitted()
    const answer = await bed.call('GET', `/apps/${app.slug}`)
    expect(answer.body).toMatchObject({
      slug: app.slug,
      state: 'awaiting',
      development: true,
      owner: { host_id: owner.hostId, name: 'Sara' },
      scopes: [
        { name: 'USER_ID', approved: false },
        { name: 'USER_PHONE', approved: false },
      ],
      permissions: [{ name: 'GET_POST', approved: false }],
      touchpoints: [],
      limits: { per_minute: { is_default: true } },
      endpoint: { url: 'http://127.0.0.1:9/events', state: 'enabled' },
    })
    for (const secret of [app.key, app.clientSecret]) expect(answer.text).not.toContain(secret)
  })

  test('an approval allows what it names; every step shows in the list and in what was done', async () => {
    const app = await submitted()
    expect((await mine('state=awaiting')).apps).toMatchObject([{ slug: app.slug, state: 'awaiting' }])
    const approval = { approved: true, scopes: ['USER_ID'], permissions: ['GET_POST'] }
    const approved = await bed.call('PUT', `/apps/${app.slug}/approval`, approval)
    expect(approved.body).toMatchObject({
      state: 'approved',
      development: false,
      submitted_at: null,
      scopes: [
        { name: 'USER_ID', approved: true },
        { name: 'USER_PHONE', approved: false },
      ],
    })
    expect((await mine('state=awaiting')).apps).toEqual([])
    expect((await mine('state=approved')).apps).toMatchObject([
      { slug: app.slug, scopes: { asked: 2, approved: 1 }, permissions: { asked: 1, approved: 1 } },
    ])
    const withdrawn = await bed.call('PUT', `/apps/${app.slug}/approval`, { approved: false })
    expect(withdrawn.body).toMatchObject({ state: 'withdrawn', development: false })
    expect(await bed.actions()).toMatchObject([
      {
        action: 'decide_app',
        app: { slug: app.slug },
        before: { state: 'approved', scopes: ['USER_ID'], permissions: ['GET_POST'] },
        after: { approved: false, state: 'withdrawn', scopes: [], permissions: [] },
        operator: { host_id: bed.operator.hostId, name: 'پریسا کریمی' },
      },
      { before: { state: 'awaiting', scopes: [] }, after: { approved: true, scopes: ['USER_ID'] } },
    ])
  })

  test('a withdrawal is in force at once: the key loses its permissions', async () => {
    const app = await submitted()
    const read = () =>
      fetch(`${bed.node.url}/v1/open-platform/finder/post/nothing`, { headers: { 'x-api-key': app.key } })
    await bed.call('PUT', `/apps/${app.slug}/approval`, {
      approved: true,
      scopes: [],
      permissions: ['GET_POST'],
    })
    expect((await read()).status).toBe(404)
    await bed.call('PUT', `/apps/${app.slug}/approval`, { approved: false })
    expect((await read()).status).toBe(403)
  })

  test('declining leaves an app in development', async () => {
    const app = await submitted()
    const answer = await bed.call('PUT', `/apps/${app.slug}/approval`, { approved: false })
    expect(answer.body).toMatchObject({ state: 'development', development: true, submitted_at: null })
  })

  test('limits are set and lifted, and what they were is kept', async () => {
    const app = await submitted()
    const limited = await bed.call('PUT', `/apps/${app.slug}/limits`, { per_minute: 12 })
    expect(limited.body).toMatchObject({ limits: { per_minute: { limit: 12, is_default: false } } })
    await bed.call('PUT', `/apps/${app.slug}/limits`, {})
    expect(await bed.actions()).toMatchObject([
      { action: 'limit_app', before: { per_minute: 12 }, after: { per_minute: null } },
      { before: { per_minute: null, per_day: null }, after: { per_minute: 12, per_day: null } },
    ])
  })

  test('search finds by the beginnings of words of slug and name, in whatever letters they are typed', async () => {
    const app = await submitted()
    await bed.node.db
      .updateTable('apps')
      .set({ display_name: 'بازدید‌یار کتاب ۲۴' })
      .where('id', '=', app.id)
      .execute()
    for (const q of ['بازد', 'يار كتا', 'بازدید یار', '24', app.slug, app.slug.slice(0, -1)]) {
      const found = await mine(`q=${encodeURIComponent(q)}`)
      expect(
        found.apps.map(({ slug }) => slug),
        q,
      ).toEqual([app.slug])
    }
    for (const q of ['دید', `' or 1=1 --`, '!!', '&|:*', '\\', '%']) {
      expect((await mine(`q=${encodeURIComponent(q)}`)).apps, q).toEqual([])
    }
  })

  test('pages follow each other without gap or double', async () => {
    const slugs = []
    for (let i = 0; i < 5; i++) slugs.push((await submitted()).slug)
    const seen: string[] = []
    let cursor: string | null = ''
    for (; cursor !== null; ) {
      const page: Page = await mine(`limit=2&cursor=${cursor}`)
      seen.push(...page.apps.map(({ slug }) => slug))
      cursor = page.next_cursor
    }
    expect(seen).toEqual(slugs.toSorted())
  })

  test('what is wrong is named, and nothing is done', async () => {
    const app = await submitted()
    expect(refusal(await bed.call('GET', '/apps/nobody'))).toEqual([404, 5, 'APP_UNKNOWN'])
    expect(refusal(await bed.call('PUT', '/apps/nobody/approval', { approved: false }))).toEqual([
      404,
      5,
      'APP_UNKNOWN',
    ])
    expect(refusal(await bed.call('PUT', '/apps/nobody/limits', {}))).toEqual([404, 5, 'APP_UNKNOWN'])
    const wrong = await bed.call('PUT', `/apps/${app.slug}/approval`, { approved: true, scopes: ['NOPE'] })
    expect(Object.keys(wrongFields(wrong))).toEqual(['scopes[0]', 'permissions'])
    expect(Object.keys(wrongFields(await bed.call('GET', '/apps?state=odd&limit=0')))).toEqual([
      'state',
      'limit',
    ])
    expect(await bed.actions()).toEqual([])
  })
})
