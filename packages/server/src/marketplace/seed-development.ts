import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { insertNewPosts, userIdsOf } from './post-writes.ts'
import type { PostUpsert } from './upsert-posts.ts'
import type { UserUpsert } from './upsert-users.ts'
import { insertNewUsers } from './user-writes.ts'

/** The people of the development marketplace, by what they do there. */
export const DEVELOPMENT_USERS = {
  buyer: { hostId: 'negar', name: 'نگار رضایی', locale: 'fa', phone: '09120000001' },
  seller: { hostId: 'kamran', name: 'کامران احمدی', locale: 'fa', phone: '09120000002' },
  englishBuyer: { hostId: 'emma', name: 'Emma Clarke', locale: 'en', phone: '09120000003' },
  developer: { hostId: 'sara', name: 'Sara Moradi', locale: 'en', phone: '09120000004', developer: true },
  operator: { hostId: 'parisa', name: 'پریسا کریمی', locale: 'fa', phone: '09120000005', operator: true },
} as const satisfies Record<string, UserUpsert>

const kamran = DEVELOPMENT_USERS.seller.hostId
const sara = DEVELOPMENT_USERS.developer.hostId

/** Ordinary posts, so that searches find them; in development mode development apps act on them all the same. */
export const DEVELOPMENT_POSTS = [
  {
    token: 'demo_flat',
    owner: kamran,
    category: 'apartment-sell',
    city: 'tehran',
    district: 'abbas-abad',
    title: 'آپارتمان ۸۵ متری نوساز، عباس‌آباد',
    data: {
      description: 'دو خوابه، نورگیر، با پارکینگ و آسانسور.',
      size: 85,
      rooms: 2,
      price: 12_500_000_000,
    },
  },
  {
    token: 'demo_car',
    owner: kamran,
    category: 'light',
    city: 'shiraz',
    district: 'maaliabad',
    title: 'پژو ۲۰۷ مدل ۱۴۰۱، کم‌کارکرد',
    data: { description: 'بدون رنگ، بیمه تا پایان سال.', production_year: 1401, usage: 38_000 },
  },
  {
    token: 'demo_bike',
    owner: sara,
    category: 'bicycle',
    city: 'tehran',
    district: 'tajrish',
    title: 'City bicycle, hardly used',
    data: { description: 'Size M, seven gears, with a basket and lights.', price: 95_000_000 },
  },
] as const satisfies readonly PostUpsert[]

/** The buyer and the seller about the flat. */
export const DEVELOPMENT_CONVERSATION = {
  id: '01900000-0000-7000-8000-000000000001',
  postToken: 'demo_flat',
  buyer: DEVELOPMENT_USERS.buyer.hostId,
} as const

/**
 * Puts a small marketplace into a development database: people in both languages, their posts, one open
 * conversation. What is there already stays as it is, so it may run at every start, on several nodes at once.
 */
export async function seedDevelopment(db: Database): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const users = Object.values(DEVELOPMENT_USERS)
    await insertNewUsers(tx, users)
    const ids = await userIdsOf(
      tx,
      users.map(({ hostId }) => hostId),
    )
    const posts = DEVELOPMENT_POSTS.map((post) => ({
      ...post,
      ownerId: ids.get(post.owner)!,
      forDevelopment: true,
    }))
    await insertNewPosts(tx, posts)
    await insertConversation(tx)
  })
}

async function insertConversation(tx: Tx): Promise<void> {
  const { id, postToken, buyer } = DEVELOPMENT_CONVERSATION
  await sql`
    insert into conversations (id, type, post_id, post_token, supplier_id, demand_id)
    select ${id}::uuid, 'POST', p.id, p.token, p.owner_id, u.id
    from posts p join users u on u.host_id = ${buyer}
    where p.token = ${postToken} and p.owner_id <> u.id
    on conflict do nothing`.execute(tx)
}
