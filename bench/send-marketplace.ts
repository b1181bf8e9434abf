import type { Pool } from 'pg'
import { createDatabase } from '../packages/server/src/db/database.ts'
import {
  addApp,
  addConversation,
  addGrant,
  addPost,
  addSubscription,
  addUser,
} from '../packages/server/testing/marketplace-fixture.ts'

const CONVERSATIONS = 1_000

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

/** One seller with many conversations, one app that may speak in all of them and hears every new message. */
export async function fill(pool: Pool, { eventsUrl }: { eventsUrl: string }): Promise<Marketplace> {
  const db = createDatabase(pool)
  const seller = await addUser(db)
  const app = await addApp(db, seller.id, { eventsUrl })
  const scopes = ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ']
  const paths: string[] = []
  for (let i = 0; i < CONVERSATIONS; i++) {
    const buyer = await addUser(db)
    const post = await addPost(db, seller.id)
    const id = await addConversation(db, post, seller.id, buyer.id)
    scopes.push(`CONVERSATION_SEND_MESSAGE.${id}`)
    paths.push(`/v2/open-platform/conversations/${id}/messages`)
  }
  const grant = await addGrant(db, app.id, seller.id, scopes)
  await addSubscription(db, app, seller.id, grant.grantId)
  const headers = {
    'content-type': 'application/json',
    'x-api-key': app.key,
    authorization: `Bearer ${grant.accessToken}`,
  }
  return { headers, paths }
}
