import { describe, expect, test } from 'vitest'
import { misplacedDeliveries, send, type TestConversation } from '../../testing/delivery-fixture.ts'
import { outcome, storeOn, useQueueBed } from '../../testing/queue-bed.ts'

const bed = useQueueBed()
const { connect, listening, claim, claimOne, finish, queueRows, isWaitingForLock } = bed

describe('a lane that is handed on', () => {
  test('gives its next row to the same node, with what is needed to render it', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['one', 'two', 'three'])
    const { next } = await finish([outcome(await claimOne(), 'delivered')])
    expect(next).toMatchObject([
      {
        leaseNumber: 1,
        attempts: 0,
        eventType: 'NEW_MESSAGE',
        withheld: null,
        content: { body: { text: 'two' } },
      },
    ])
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
  })

  test('leaves its next row ready for anyone where the node keeps no slot', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['one', 'two'])
    expect((await finish([outcome(await claimOne(), 'delivered')], false)).next).toEqual([])
    expect(await queueRows()).toMatchObject([{ leased: false, ready: true }])
  })

  test('is not given on to an endpoint that is paused or disabled', async () => {
    const { conversation, endpointId } = await listening()
    await send(bed.pool, conversation, ['one', 'two'])
    const delivery = await claimOne()
    await bed.pool.query(`update endpoints set state = 'disabled' where id = $1`, [endpointId])
    expect((await finish([outcome(delivery, 'delivered')])).next).toEqual([])
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
    expect(await claim()).toEqual([])
  })

  test('keeps its place through a retry and is left at the third failure', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['one', 'two'])
    for (const failures of [1, 2]) {
      await finish([outcome(await claimOne(), 'retry')])
      expect(await queueRows()).toMatchObject([
        { failures, ready: true },
        { ready: false, leased: false },
      ])
      expect(await misplacedDeliveries(bed.pool)).toEqual([])
    }
    const { next } = await finish([outcome(await claimOne(), 'retry', 60_000)])
    expect(next).toMatchObject([{ content: { body: { text: 'two' } } }])
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
  })

  test('is not lost when a send finds its last row while that row is being finished', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['one'])
    const delivery = await claimOne()
    const finisher = await connect()
    await finisher.query('begin')
    await storeOn(finisher).finish([outcome(delivery, 'delivered')], () => true)
    const sent = sendBehind(conversation)
    await sent.waiting
    await finisher.query('commit')
    await sent.done
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
    expect(await claimOne()).toMatchObject({ content: { body: { text: 'behind' } } })
  })

  test('is not lost when its last row is finished while a send is putting one behind it', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['one'])
    const delivery = await claimOne()
    const sender = await connect()
    await sender.query('begin')
    await send(sender, conversation, ['behind'])
    const finisher = await connect()
    const finished = storeOn(finisher).finish([outcome(delivery, 'delivered')], () => true)
    await isWaitingForLock(finisher)
    await sender.query('commit')
    expect((await finished).next).toMatchObject([{ content: { body: { text: 'behind' } } }])
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
  })

  test('is not lost when its last row leaves it while a send is on its way', async () => {
    const { conversation } = await listening()
    await send(bed.pool, conversation, ['one'])
    for (let failure = 1; failure < 3; failure++) await finish([outcome(await claimOne(), 'retry')])
    const delivery = await claimOne()
    const finisher = await connect()
    await finisher.query('begin')
    await storeOn(finisher).finish([outcome(delivery, 'retry', 60_000)], () => true)
    const sent = sendBehind(conversation)
    await sent.waiting
    await finisher.query('commit')
    await sent.done
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
    expect(await claimOne()).toMatchObject({ content: { body: { text: 'behind' } } })
  })

  /** A send on a connection of its own, and the moment it waits for somebody's lock. */
  function sendBehind(conversation: TestConversation) {
    const client = connect()
    const done = client.then((connected) => send(connected, conversation, ['behind']))
    return { done, waiting: client.then(isWaitingForLock) }
  }
})
