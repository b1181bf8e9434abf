import type { Pool } from 'pg'
import { createDatabase } from '../packages/server/src/db/database.ts'
import { addApp, addGrant, addSubscription, addUser } from '../packages/server/testing/marketplace-fixture.ts'

/** A message as the apps of the field send it: text, and buttons for both sides. */
export const BODY = JSON.stringify({
  type: 'TEXT',
  message: 'سلام! برای بازدید خانه چه روزی مناسب است؟ لطفاً یکی از زمان‌های زیر را انتخاب کنید.',
  sender_buttons: {
    rows: [
      {
        buttons: [
          {
            caption: 'برنامهٔ بازدیدها',
            icon_name: 'CALENDAR',
            action: { open_server_link: { data: { visit: 'v-1042', view: 'plan' } } },
          },
        ],
      },
    ],
  },
  receiver_buttons: {
    rows: [
      {
        buttons: [
          { caption: 'شنبه ۱۰ صبح', action: { get_dynamic_action: { data: { visit: 'v-1042', slot: 1 } } } },
          { caption: 'یکشنبه ۵ عصر', action: { get_dynamic_action: { data: { visit: 'v-1042', slot: 2 } } } },
        ],
      },
      { buttons: [{ caption: 'راهنما', action: { open_direct_link: 'https://visits.example/help' } }] },
    ],
  },
})

export interface Marketplace {
  headers: Record<string, string>
  paths: string[]
}

export interface MarketplaceSize {
  /** Where the apps hear events. */
  eventsUrl: string
  conversations?: number
  /** Apps that hear each message; one of them sends. */
  listeners?: number
}

/** One seller with many conversations, an app that may speak in all of them, and apps that hear every new message. */
export async function fill(
  pool: Pool,
  { eventsUrl, conversations = 1_000, listeners = 1 }: MarketplaceSize,
): Promise<Marketplace> {
  const db = createDatabase(pool)
  const seller = await addUser(db)
  const app = await addApp(db, seller.id, { eventsUrl })
  // As its developer can set it: with 64 in flight, and outcomes under way, the default of 50 would be what is measured.
  await pool.query('update endpoints set concurrency = 200 where app_id = $1', [app.id])
  const scopes = ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ', 'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND']
  const grant = await addGrant(db, app.id, seller.id, scopes)
  await addSubscription(db, app, seller.id, grant.grantId)
  for (let i = 1; i < listeners; i++) {
    const listener = await addApp(db, seller.id, { eventsUrl })
    await addSubscription(
      db,
      listener,
      seller.id,
      (await addGrant(db, listener.id, seller.id, scopes)).grantId,
    )
  }
  const ids = await addConversations(pool, seller.id, conversations)
  return {
    headers: {
      'content-type': 'application/json',
      'x-api-key': app.key,
      authorization: `Bearer ${grant.accessToken}`,
    },
    paths: ids.map((id) => `/v2/open-platform/conversations/${id}/messages`),
  }
}

/** More in one statement might run into the time that every statement has. */
const AT_ONCE = 50_000
const PER_POST = 100

/** Each with a buyer of its own, a hundred on a post. */
async function addConversations(pool: Pool, seller: string, amount: number): Promise<string[]> {
  const ids: string[] = []
  for (let from = 0; from < amount; from += AT_ONCE) {
    const { rows } = await pool.query<{ id: string }>(
      `with made as materialized (
         select gen_random_uuid() as id, gen_random_uuid() as buyer, n / ${PER_POST} as post
         from generate_series($2::integer, $3::integer - 1) as n),
       made_posts as materialized (
         select post, gen_random_uuid() as id, substr(md5($1::uuid || '-' || post), 1, 16) as token
         from (select distinct post from made) p),
       buyers as (insert into users (id, host_id) select buyer, 'buyer-' || buyer from made),
       posts as (insert into posts (id, token, owner_id, for_development) select id, token, $1, true from made_posts)
       insert into conversations (id, post_id, post_token, supplier_id, demand_id)
       select m.id, p.id, p.token, $1, m.buyer from made m join made_posts p using (post)
       returning id`,
      [seller, from, Math.min(amount, from + AT_ONCE)],
    )
    for (const { id } of rows) ids.push(id)
  }
  await pool.query('analyze users, posts, conversations')
  return ids
}
