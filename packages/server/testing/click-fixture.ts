import type { Action } from '@charsu/protocol/button-action'
import { AppUserIds } from '../src/access/app-user-ids.ts'
import type { ClickResult } from '../src/actions/click-result.ts'
import { ClicksUnderWay } from '../src/actions/clicks-under-way.ts'
import { CLICK_DEADLINE_MS, type ClickDeps } from '../src/actions/run-click.ts'
import { systemClock } from '../src/clock.ts'
import { createDatabase, type Database } from '../src/db/database.ts'
import { newId } from '../src/ids.ts'
import { createAddressGuard } from '../src/outbound/address-guard.ts'
import { createOutbound } from '../src/outbound/call-app.ts'
import * as fixture from './marketplace-fixture.ts'
import { createTestDatabase } from './test-database.ts'

export const PUBLIC_URL = 'http://charsu.test'

/** A post with its seller, a buyer and their conversation, and all that a click needs. */
export interface ClickWorld extends AsyncDisposable {
  db: Database
  deps: ClickDeps
  userIds: AppUserIds
  seller: fixture.UserFixture
  buyer: fixture.UserFixture
  post: { id: string; token: string }
  conversationId: string
  recordingErrors: unknown[]
  close(): Promise<void>
}

export async function startClickWorld(options: { connections?: number } = {}): Promise<ClickWorld> {
  const database = await createTestDatabase({ ...(options.connections && { max: options.connections }) })
  const db = createDatabase(database.pool)
  const recordingErrors: unknown[] = []
  const outbound = createOutbound({
    guard: createAddressGuard({ allow: ['127.0.0.0/8'] }),
    clock: systemClock,
    log: { warn() {} },
  })
  const userIds = new AppUserIds(Buffer.alloc(32, 3))
  const deps: ClickDeps = {
    db,
    outbound,
    userIds,
    clock: systemClock,
    site: { publicUrl: PUBLIC_URL },
    log: { error: (fields: unknown) => void recordingErrors.push(fields) },
    underWay: new ClicksUnderWay<ClickResult>(),
    clickDeadlineMs: CLICK_DEADLINE_MS,
  }
  const seller = await fixture.addUser(db)
  const buyer = await fixture.addUser(db)
  const post = await fixture.addPost(db, seller.id)
  const conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
  const close = async (): Promise<void> => {
    await outbound.close()
    await database.drop()
  }
  return {
    db,
    deps,
    userIds,
    seller,
    buyer,
    post,
    conversationId,
    recordingErrors,
    close,
    [Symbol.asyncDispose]: close,
  }
}

export const grid = (...rows: Action[][]) => ({
  rows: rows.map((actions) => ({ buttons: actions.map((action) => ({ caption: 'go', action })) })),
})

let sequence = 1_000_000

/** A message of an app, sent as `senderId`; its id. */
export async function addMessage(
  db: Database,
  message: {
    conversationId: string
    senderId: string
    appId: string | null
    sender_buttons?: ReturnType<typeof grid>
    receiver_buttons?: ReturnType<typeof grid>
  },
): Promise<string> {
  const { conversationId, senderId, appId, ...grids } = message
  const id = newId()
  await db
    .insertInto('messages')
    .values({
      id,
      conversation_id: conversationId,
      sequence: ++sequence,
      sender_id: senderId,
      app_id: appId,
      body: JSON.stringify({ text: 'hello', ...grids }),
      sent_at: new Date(),
    })
    .execute()
  return id
}

export async function addNotice(
  db: Database,
  notice: { appId: string; userId: string; postId?: string; buttons: Record<string, unknown> },
): Promise<string> {
  const id = newId()
  await db
    .insertInto('notices')
    .values({
      id,
      app_id: notice.appId,
      user_id: notice.userId,
      target_type: notice.postId ? 'POST' : 'USER',
      post_id: notice.postId ?? null,
      message: 'hello',
      buttons: JSON.stringify(notice.buttons),
    })
    .execute()
  return id
}

/** The record of the user's latest click. */
export async function lastClick(db: Database, userId: string) {
  return db
    .selectFrom('clicks')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
}
