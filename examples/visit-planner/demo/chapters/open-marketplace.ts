import { expectEqual } from '../expect-that.ts'
import type { Party } from '../party.ts'
import { pick } from '../pick.ts'
import { look, type Stage, write } from '../stage.ts'

export interface MarketplaceFacts {
  /** Messages that were there before any app was asked for. */
  firstWords: string[]
}

export const FIRST_WORDS = 'سلام، این ویلا هنوز موجود است؟'

/** The host brings people and a post; buyer and seller talk, without any app. */
export async function openMarketplace(stage: Stage): Promise<MarketplaceFacts> {
  const { host, charsu, ids, names, postToken, reporter } = stage
  reporter.chapter('The marketplace opens')
  reporter.note('Its backend brings people, a post and the addresses of its own pages, with the host key.')
  const users = [
    { host_id: ids.buyer, name: names.buyer, locale: 'fa' },
    { host_id: ids.seller, name: names.seller, locale: 'fa' },
    { host_id: ids.developer, name: 'Niloufar', locale: 'en', developer: true },
  ]
  await host.post(`${charsu}/host/v1/users`, { body: { users } })
  await host.call('PUT', `${charsu}/host/v1/posts/${postToken}`, {
    body: {
      owner: ids.seller,
      title: 'ویلای ۲۵۰ متری در نوشهر',
      category: 'house-villa-sell',
      city: 'nowshahr',
      development: true,
    },
    show: (answer) => pick(answer, ['token', 'owner', 'title', 'state']),
  })
  await host.call('PUT', `${charsu}/host/v1/page-templates`, {
    body: {
      login_url: 'https://bazaar.example/login?next={return_to}',
      post_url: 'https://bazaar.example/v/{post_token}',
      post_manage_url: 'https://bazaar.example/manage/{post_token}',
    },
    show: () => undefined,
  })

  reporter.note('People log in with one-time links that the backend makes for them.')
  for (const [person, id] of [
    [stage.buyer, ids.buyer],
    [stage.seller, ids.seller],
    [stage.developer, ids.developer],
  ] as const) {
    await logIn(stage, person, id)
  }

  reporter.note('The buyer asks about the post, as in any chat.')
  const opened = await stage.buyer.post<{ id: string }>(`${charsu}/me/v1/conversations`, {
    body: { post_token: postToken },
    show: (answer) => pick(answer, ['id', 'side', 'peer', 'can_send']),
  })
  stage.conversationId = opened.body.id
  await write(stage, stage.buyer, FIRST_WORDS)
  await write(stage, stage.seller, 'سلام، بله.')
  const firstWords = (await look(stage, stage.seller)).map(({ text }) => text)
  expectEqual('what the seller reads', firstWords, [FIRST_WORDS, 'سلام، بله.'])
  return { firstWords }
}

async function logIn({ host, charsu }: Stage, person: Party, hostId: string): Promise<void> {
  const link = await host.post<{ url: string }>(`${charsu}/host/v1/login-links`, {
    body: { user: hostId, return_to: '/docs' },
  })
  await person.get(link.body.url, { status: 302 })
}
