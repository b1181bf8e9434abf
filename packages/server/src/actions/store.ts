import type { Action, ButtonGrid } from '@charsu/protocol/button-grid'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { CallRecord, ClickResult } from './click-result.ts'

export interface ClickedMessage {
  senderId: string
  appId: string | null
  body: { sender_buttons?: ButtonGrid; receiver_buttons?: ButtonGrid }
  conversationId: string
  conversationType: 'POST' | 'BOT'
  postToken: string | null
  supplierId: string | null
  demandId: string
}

export async function loadMessage(db: Database, id: string): Promise<ClickedMessage | null> {
  const row = await db
    .selectFrom('messages as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
    .select(['m.sender_id', 'm.app_id', 'm.body', 'c.id', 'c.type', 'c.post_token'])
    .select(['c.supplier_id', 'c.demand_id'])
    .where('m.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return {
    senderId: row.sender_id,
    appId: row.app_id,
    body: row.body as ClickedMessage['body'],
    conversationId: row.id,
    conversationType: row.type,
    postToken: row.post_token,
    supplierId: row.supplier_id,
    demandId: row.demand_id,
  }
}

interface NoticeButton {
  title: string
  action: Action
}

export interface ClickedNotice {
  userId: string
  appId: string
  targetType: 'USER' | 'POST'
  /** Null also when the post is gone. */
  postToken: string | null
  postOwnerId: string | null
  buttons: { primary?: NoticeButton; secondary?: NoticeButton }
}

export async function loadNotice(db: Database, id: string): Promise<ClickedNotice | null> {
  const row = await db
    .selectFrom('notices as n')
    .leftJoin('posts as p', 'p.id', 'n.post_id')
    .select(['n.user_id', 'n.app_id', 'n.target_type', 'n.buttons', 'p.token', 'p.owner_id'])
    .where('n.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return {
    userId: row.user_id,
    appId: row.app_id,
    targetType: row.target_type,
    postToken: row.token,
    postOwnerId: row.owner_id,
    buttons: row.buttons as ClickedNotice['buttons'],
  }
}

export interface ClickedApp {
  id: string
  displayName: string
  sessionInitializationUrl: string | null
  sessionInitializationVersion: number
  dynamicActionUrl: string | null
  identificationKey: string | null
  /** A production app whose approval the host has taken back. */
  shutOut: boolean
  /** Webhook signing secrets in force, the newest first: two while one is being rotated out. */
  signingSecrets: string[]
}

/** The app as it is at the click, not as it was when the message was sent; null when it is gone. */
export async function loadApp(db: Database, id: string): Promise<ClickedApp | null> {
  const row = await db
    .selectFrom('apps as a')
    .select(['a.id', 'a.display_name', 'a.session_initialization_url', 'a.session_initialization_version'])
    .select(['a.dynamic_action_url', 'a.identification_key'])
    .select([
      sql<string[]>`array(
        select s.signing_secret from app_secrets s
        where s.app_id = a.id and s.kind = 'webhook_signing' and (s.expires_at is null or s.expires_at > now())
        order by s.created_at desc, s.id desc)`.as('signing_secrets'),
      sql<boolean>`not a.development
        and not exists (select from app_scopes n where n.app_id = a.id and n.approved_at is not null)
        and not exists (select from app_permissions n where n.app_id = a.id and n.approved_at is not null)`.as(
        'shut_out',
      ),
    ])
    .where('a.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    displayName: row.display_name,
    sessionInitializationUrl: row.session_initialization_url,
    sessionInitializationVersion: row.session_initialization_version,
    dynamicActionUrl: row.dynamic_action_url,
    identificationKey: row.identification_key,
    shutOut: row.shut_out,
    signingSecrets: row.signing_secrets,
  }
}

export interface Clicker {
  id: string
  locale: string
  blacklisted: boolean
}

export async function loadClicker(db: Database, id: string): Promise<Clicker | null> {
  const row = await db
    .selectFrom('users')
    .select(['id', 'locale', 'blacklisted'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** The owner of the post of this token, or null when there is no such post. */
export async function loadPostOwner(db: Database, token: string): Promise<string | null> {
  const row = await db.selectFrom('posts').select('owner_id').where('token', '=', token).executeTakeFirst()
  return row?.owner_id ?? null
}

/** Whether the conversation, of any type, is one of this person's. */
export async function takesPart(db: Database, conversationId: string, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('conversations')
    .select('id')
    .where('id', '=', conversationId)
    .where((where) => where.or([where('supplier_id', '=', userId), where('demand_id', '=', userId)]))
    .executeTakeFirst()
  return row !== undefined
}

export interface ClickRow {
  id: string
  appId: string
  userId: string
  messageId: string | null
  noticeId: string | null
  conversationId: string | null
  /** The place in the host's pages where an app was opened; null for a button. */
  touchpoint: string | null
  button: string
  action: string
  outcome: ClickResult['outcome']
  reason: string | null
  detail: string | null
  /** In the order made; the last stands in the row's own columns, the others in `request.earlier`. */
  calls: readonly CallRecord[]
  durationMs: number
}

export async function insertClick(db: Database, click: ClickRow): Promise<void> {
  const { calls } = click
  const last = calls.at(-1)
  const earlier = calls.slice(0, -1)
  const request = last && {
    url: last.url,
    headers: last.headers,
    body: last.body,
    ...(earlier.length > 0 && { earlier }),
  }
  await db
    .insertInto('clicks')
    .values({
      id: click.id,
      app_id: click.appId,
      user_id: click.userId,
      message_id: click.messageId,
      notice_id: click.noticeId,
      conversation_id: click.conversationId,
      touchpoint: click.touchpoint,
      button: click.button,
      action: click.action,
      outcome: click.outcome,
      reason: click.reason,
      detail: click.detail,
      request: request ? JSON.stringify(request) : null,
      answer_status: last?.status ?? null,
      answer_body: last?.answer ?? null,
      duration_ms: click.durationMs,
    })
    .execute()
}
