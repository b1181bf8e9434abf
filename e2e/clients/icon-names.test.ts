import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientBed, openClientBed } from './client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

const PROSE = 'نام آیکون مورد نظر برای این دکمه'
const action = { open_direct_link: 'https://app.example/' }

/** The icons that the seller’s chat page is given. */
async function shown(): Promise<unknown> {
  const response = await fetch(`${bed.node.url}/me/v1/conversations/${bed.conversationId}/messages`, {
    headers: { cookie: bed.seller.cookie },
  })
  const { messages } = (await response.json()) as {
    messages: { buttons: { rows: { buttons: { icon?: string }[] }[] } | null }[]
  }
  return messages.at(-1)?.buttons?.rows.flatMap(({ buttons }) => buttons.map(({ icon }) => icon))
}

describe('§2 a client whose icons are none of the list', () => {
  test.each([
    ['a name nobody knows', 'NO_SUCH_ICON'],
    ['Persian prose, as the examples have it', PROSE],
    ['another casing', 'edit'],
    ['an emoji', '🗓️'],
    ['a very long text', 'x'.repeat(300)],
  ])('%s is kept, never refused', async (_, icon) => {
    const buttons = [
      { action, caption: 'present', icon },
      { action, caption: 'older', icon_name: icon },
      { action, caption: 'both', icon, icon_name: 'EDIT' },
    ]
    const answer = await bed.call('POST', bed.sendPath, {
      message: 'hello',
      sender_buttons: { rows: [{ buttons }] },
    })
    expect(answer.status).toBe(200)
    expect(await shown()).toEqual([icon, icon, icon])
  })

  test('none at all is none', async () => {
    const buttons = [
      { action, caption: 'absent' },
      { action, caption: 'null', icon: null, icon_name: null },
      { action, caption: 'empty', icon: '', icon_name: '' },
    ]
    await bed.call('POST', bed.sendPath, { message: 'hello', sender_buttons: { rows: [{ buttons }] } })
    expect(await shown()).toEqual([undefined, undefined, undefined])
  })
})
