import { describe, expect, test } from 'vitest'
import { refusal, wrongFields } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { useOperatorBed } from '../../testing/operator-bed.ts'

interface Page {
  posts: { token: string; title: string }[]
  next_cursor: string | null
}

describe('operators find posts', () => {
  const bed = useOperatorBed()
  const find = async (query: Record<string, string>): Promise<Page> =>
    (await bed.call<Page>('GET', `/posts?${new URLSearchParams(query)}`)).body
  const tokens = (page: Page) => page.posts.map(({ token }) => token)

  test('by the whole token, by words of the title, by owner and by state', async () => {
    const owner = await fixture.addUser(bed.node.db, { name: 'کامران احمدی' })
    const car = await fixture.addPost(bed.node.db, owner.id, { title: 'پژو ۲۰۷ مدل ۱۴۰۱، کم‌کارکرد' })
    const flat = await fixture.addPost(bed.node.db, owner.id, { title: 'iPhone ۱۳ Pro', state: 'ARCHIVED' })
    for (const q of [car.token, 'پژو', 'مدل 207', 'كاركرد'])
      expect(tokens(await find({ q })), q).toContain(car.token)
    expect(tokens(await find({ q: 'iph 13' }))).toEqual([flat.token])
    expect(tokens(await find({ q: 'ژو' }))).toEqual([])
    expect(tokens(await find({ owner: owner.hostId }))).toEqual([flat.token, car.token])
    expect(tokens(await find({ owner: owner.hostId, state: 'ARCHIVED' }))).toEqual([flat.token])
    expect(tokens(await find({ owner: 'nobody-here' }))).toEqual([])
  })

  test('pages follow each other without gap or double', async () => {
    const owner = await fixture.addUser(bed.node.db)
    const all: string[] = []
    for (let i = 0; i < 5; i++) all.unshift((await fixture.addPost(bed.node.db, owner.id)).token)
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page = await find({ owner: owner.hostId, limit: '2', cursor })
      seen.push(...tokens(page))
      cursor = page.next_cursor
    }
    expect(seen).toEqual(all)
  })

  test('one post: its data without phone numbers, its owner, how many asked about it, and no message', async () => {
    const owner = await fixture.addUser(bed.node.db, { name: 'Kamran' })
    const buyer = await fixture.addUser(bed.node.db)
    const post = await fixture.addPost(bed.node.db, owner.id, { title: 'Call 09121234567' })
    await bed.node.db
      .updateTable('posts')
      .set({ data: JSON.stringify({ description: 'یا ۰۹۱۲۱۲۳۴۵۶۷', size: 85 }) })
      .where('id', '=', post.id)
      .execute()
    await fixture.addConversation(bed.node.db, post, owner.id, buyer.id)
    const answer = await bed.call('GET', `/posts/${post.token}`)
    expect(answer.body).toMatchObject({
      token: post.token,
      title: 'Call 0912*****67',
      owner: { host_id: owner.hostId, name: 'Kamran' },
      data: { description: 'یا ۰۹۱۲*****۶۷', size: 85 },
      conversations: 1,
    })
  })

  test('a post of somebody who was deleted has no owner; an unknown one is refused by name', async () => {
    const owner = await fixture.addUser(bed.node.db)
    const post = await fixture.addPost(bed.node.db, owner.id)
    await bed.node.db
      .updateTable('users')
      .set({ deleted_at: new Date() })
      .where('id', '=', owner.id)
      .execute()
    expect((await bed.call('GET', `/posts/${post.token}`)).body).toMatchObject({ owner: null })
    expect(refusal(await bed.call('GET', '/posts/unknown'))).toEqual([404, 5, 'POST_UNKNOWN'])
    expect(Object.keys(wrongFields(await bed.call('GET', '/posts?state=GONE&cursor=x')))).toEqual([
      'state',
      'cursor',
    ])
  })
})
