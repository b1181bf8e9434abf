import { afterAll, beforeAll, expect, test } from 'vitest'
import { addConversation } from '../../testing/delivery-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase } from '../db/database.ts'
import { newId } from '../ids.ts'
import { ConversationFactsCache } from './conversation-facts.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ max: 2 })
})
afterAll(() => database.drop())

test('what is asked for at once is read by one query, each asker gets the facts of its own conversation', async () => {
  const conversations = [await addConversation(database.pool), await addConversation(database.pool)]
  const [first, second] = conversations
  let queries = 0
  const cache = new ConversationFactsCache(
    createDatabase(database.pool).withPlugin({
      transformQuery({ node }) {
        queries++
        return node
      },
      transformResult: async ({ result }) => result,
    }),
  )
  const asked = [first!, second!, first!].map(({ conversationId }) => cache.get(conversationId))
  const facts = await Promise.all([...asked, cache.get(newId())])
  expect(facts.map((each) => each?.id)).toEqual([
    first!.conversationId,
    second!.conversationId,
    first!.conversationId,
    undefined,
  ])
  expect(facts[0]).toMatchObject({ type: 'POST', supplierId: first!.supplierId, postToken: first!.postToken })
  expect(queries).toBe(1)
  await cache.get(second!.conversationId)
  expect(queries).toBe(1)
})

test('a query that fails fails those who asked, and the next is asked again', async () => {
  const { conversationId } = await addConversation(database.pool)
  let failures = 1
  const cache = new ConversationFactsCache(
    createDatabase(database.pool).withPlugin({
      transformQuery({ node }) {
        if (failures-- > 0) throw new Error('away')
        return node
      },
      transformResult: async ({ result }) => result,
    }),
  )
  await expect(cache.get(conversationId)).rejects.toThrow('away')
  expect((await cache.get(conversationId))?.id).toBe(conversationId)
})
