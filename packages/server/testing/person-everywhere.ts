import type pg from 'pg'
import { createDatabase } from '../src/db/database.ts'
import { newId } from '../src/ids.ts'
import * as fixture from './marketplace-fixture.ts'

/** One row of whatever columns; objects become JSON. */
async function insert(pool: pg.Pool, table: string, row: Record<string, unknown>): Promise<void> {
  const names = Object.keys(row)
  const values = Object.values(row).map((value) =>
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !Buffer.isBuffer(value)
      ? JSON.stringify(value)
      : value,
  )
  await pool.query(
    `insert into ${table} (${names.join(', ')}) overriding system value values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
    values,
  )
}

export interface PersonEverywhere {
  /** Internal id. */
  id: string
  hostId: string
  /** A message of the other side. */
  peerMessageId: string
}

/**
 * A person of whom every table holds something, the word `canary` in every column that can hold anything of theirs:
 * as a seller, as a buyer and with a chatbot, with an app's consent and its deliveries, finished and not.
 */
export async function addPersonEverywhere(pool: pg.Pool, canary: string): Promise<PersonEverywhere> {
  const db = createDatabase(pool)
  const soon = new Date(Date.now() + 3_600_000)
  const person = newId()
  await insert(pool, 'users', {
    id: person,
    host_id: `${canary}-host-id`,
    phone: `${canary}-phone`,
    name: `${canary} name`,
    developer: true,
    operator: true,
  })
  const peer = await fixture.addUser(db, { name: 'the other side' })
  const app = await fixture.addApp(db, (await fixture.addUser(db)).id)
  const endpoint = { endpoint_id: app.endpointId, subscription_id: app.id, sequence: 1 }

  const ownPost = newId()
  await insert(pool, 'posts', {
    id: ownPost,
    token: 'ownpost',
    owner_id: person,
    title: `${canary} title`,
    category: canary,
    city: canary,
    district: canary,
    images: JSON.stringify([`http://host/${canary}.jpg`]),
    data: { description: canary },
    location: { latitude: canary },
    video: { name: canary },
    business: { name: canary },
    reject_reason: canary,
  })
  const otherPost = await fixture.addPost(db, peer.id)
  await insert(pool, 'posts', {
    id: newId(),
    token: 'copy',
    owner_id: peer.id,
    title: `${canary} title`,
    copied_from: ownPost,
    development: true,
    for_development: true,
  })
  const asSeller = await fixture.addConversation(db, { id: ownPost, token: 'ownpost' }, person, peer.id)
  const asBuyer = await fixture.addConversation(db, otherPost, peer.id, person)
  const withBot = newId()
  await insert(pool, 'conversations', { id: withBot, type: 'BOT', app_id: app.id, demand_id: person })

  const button = { rows: [{ buttons: [{ caption: canary, action: { open_direct_link: 'http://x' } }] }] }
  let sequence = 0
  const message = async (conversation_id: string, values: Record<string, unknown>): Promise<string> => {
    const id = newId()
    sequence++
    const row = { id, conversation_id, sequence, sender_id: person, sent_at: new Date(), ...values }
    await insert(pool, 'messages', row)
    await pool.query('update conversations set last_sequence = $2 where id = $1', [conversation_id, sequence])
    return id
  }
  const written = await message(asBuyer, { body: { text: `${canary} words` } })
  await message(asSeller, {
    app_id: app.id,
    body: { text: canary, sender_buttons: button, receiver_buttons: button },
  })
  const mediaId = newId()
  await insert(pool, 'media', {
    id: mediaId,
    owner_kind: 'user',
    owner_id: person,
    type: 'FILE',
    state: 'ready',
    content_type: 'application/pdf',
    name: `${canary}.pdf`,
    size_bytes: 3,
    sha256: Buffer.alloc(32),
  })
  const file = await message(asBuyer, {
    type: 'FILE',
    body: { media: { id: mediaId, size_bytes: 3, name: `${canary}.pdf` } },
  })
  await insert(pool, 'media_uses', { media_id: mediaId, message_id: file })
  await message(asSeller, { type: 'CONTACT', body: { contact: { name: canary, phone: canary } } })
  await message(asSeller, { type: 'LOCATION', body: { location: { latitude: canary, longitude: 0 } } })
  await message(withBot, { body: { text: `/start ${canary}` } })
  await message(withBot, { sender_id: app.id, app_id: app.id, body: { text: `hello ${canary}` } })
  const peerWords = await message(asSeller, {
    sender_id: peer.id,
    body: { text: 'the other side’s own words' },
  })
  await insert(pool, 'conversation_reads', { conversation_id: asBuyer, user_id: person, read_sequence: 1 })
  const byPeer = { conversation_id: asSeller, user_id: peer.id, read_sequence: 1 }
  await insert(pool, 'conversation_reads', { ...byPeer, peer_id: person, shown_sequence: 1 })
  await insert(pool, 'conversation_changes', { conversation_id: withBot, user_id: person })
  await insert(pool, 'idempotency_keys', {
    owner_id: person,
    operation: 1,
    key_hash: Buffer.alloc(32),
    request_hash: Buffer.alloc(32),
    message_id: written,
    created_at: new Date(),
  })

  await insert(pool, 'blocks', { blocker_id: person, blocked_id: peer.id })
  await insert(pool, 'blocks', { blocker_id: peer.id, blocked_id: person })
  await insert(pool, 'app_blocks', { user_id: person, app_id: app.id })
  await insert(pool, 'sessions', { hash: Buffer.from(canary), user_id: person, expires_at: soon })
  await insert(pool, 'login_links', {
    hash: Buffer.from(canary),
    user_id: person,
    return_to: `/${canary}`,
    expires_at: soon,
  })
  await insert(pool, 'operator_actions', {
    id: newId(),
    operator_id: person,
    action: 'change_user',
    user_id: person,
    before: { operator: false },
    after: { operator: true },
  })
  await insert(pool, 'quota_windows', {
    subject_id: person,
    kind: 'user_minute',
    started_at: new Date(),
    used: 1,
  })

  const scopes = [`CONVERSATION_SEND_MESSAGE.${canary}`, 'USER_ID', 'NOTIFICATION_ACCESS_REVOCATION']
  const grantId = newId()
  await insert(pool, 'grants', { id: grantId, app_id: app.id, user_id: person, scopes })
  await insert(pool, 'grants', {
    id: newId(),
    app_id: app.id,
    user_id: person,
    scopes,
    revoked_at: new Date(),
    revoked_reason: 'user',
  })
  const consent = { grant_id: grantId, app_id: app.id, user_id: person, scopes, expires_at: soon }
  await insert(pool, 'authorization_codes', {
    ...consent,
    hash: Buffer.from('code'),
    redirect_uri: `http://app/${canary}`,
  })
  await insert(pool, 'access_tokens', { ...consent, id: newId(), hash: Buffer.from('access') })
  await insert(pool, 'refresh_tokens', { ...consent, id: newId(), hash: Buffer.from('refresh') })
  await insert(pool, 'subscriptions', {
    id: newId(),
    app_id: app.id,
    user_id: person,
    event_type: 'NEW_MESSAGE_ON_POST',
    endpoint_id: app.endpointId,
    grant_id: grantId,
    token_id: newId(),
    metadata: { note: canary },
    expires_at: soon,
  })
  await insert(pool, 'notices', {
    id: newId(),
    app_id: app.id,
    user_id: person,
    target_type: 'USER',
    message: `${canary} notice`,
    buttons: { primary: { title: canary } },
  })
  await insert(pool, 'clicks', {
    id: newId(),
    app_id: app.id,
    user_id: person,
    button: canary,
    action: canary,
    outcome: 'failed',
    reason: canary,
    detail: canary,
    touchpoint: canary,
    request: { body: { extra_data: canary } },
    answer_body: canary,
    duration_ms: 1,
  })

  const record = { attempt: 1, status: 200, answerHeaders: { x: canary }, answerBody: canary }
  const finished = {
    attempts: 1,
    attempt_log: JSON.stringify([record]),
    replay: false,
    finished_at: new Date(),
  }
  const delivery = { ...endpoint, event_type: 'NEW_MESSAGE', created_at: new Date() }
  await insert(pool, 'development_traffic', {
    id: 1,
    at: new Date(),
    app: app.slug,
    conversation_id: `${canary} conversation`,
    record: { request: { body: `${canary} seen by a developer` } },
  })
  const facts = [newId(), newId()]
  for (const id of facts) {
    await insert(pool, 'event_facts', { id, type: 'POST_UPDATE', payload: { post: { title: canary } } })
  }
  let id = 1_000_000
  for (const state of ['delivered', 'dead']) {
    // One that rests on the other side's consent, one on theirs, and one about a fact.
    for (const about of [
      { source_id: written, conversation_id: asBuyer },
      { source_id: newId(), grant_id: grantId },
      { source_id: facts[0], grant_id: grantId },
    ]) {
      await insert(pool, 'delivery_history', { ...delivery, ...finished, ...about, id: id++, state })
    }
  }
  await pool.query(`select setval('delivery_queue_id_seq', $1)`, [id + 10])
  for (const about of [
    { source_id: written, conversation_id: asBuyer },
    { source_id: facts[1], grant_id: grantId },
  ]) {
    await insert(pool, 'delivery_queue', {
      ...delivery,
      ...about,
      id,
      lane: newId(),
      due_at: soon,
      attempts: 1,
    })
    await insert(pool, 'delivery_attempts', { delivery_id: id++, attempt: 1, record })
  }
  await insert(pool, 'delivery_queue', { ...delivery, id, lane: person, source_id: newId(), due_at: soon })
  return { id: person, hostId: `${canary}-host-id`, peerMessageId: peerWords }
}
