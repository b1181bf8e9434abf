import { type Person, testBed } from '../../../packages/sdk/src/testing/testing.ts'
import { type MakeApp, type Marketplace, POST, type StoryPerson } from './marketplace.ts'

/** The story in the test bed. */
export async function bedMarketplace(makeApp: MakeApp): Promise<Marketplace> {
  const bed = testBed(makeApp, { tolerant: true, appName: 'The app' })
  const owner = bed.person({ name: 'Seller' })
  await bed.post({ owner, ...POST })
  const { seller, buyer, id, postToken } = await bed.conversation({ postToken: POST.token })
  const storyPerson = (person: Person): StoryPerson => ({
    says: (text) => person.says(text),
    sees: async () => person.sees.map(({ mine, app, text, buttons }) => ({ mine, app, text, buttons })),
    async taps(caption) {
      const { outcome, opened, toast, message, failure } = await person.taps(caption)
      return { outcome, open_url: opened, toast, message, reason: failure?.reason, detail: failure?.detail }
    },
    notices: async () =>
      person.notices.map(({ message, postToken, buttons }) => ({ message, postToken, buttons })),
    async chatsWithApp() {
      person.chatsWithApp()
    },
    async opensPostChat() {
      person.opens(id)
    },
    startsFrom: (touchpoint, about) => person.startsFrom(touchpoint, about),
    async answersConsent(url, decision) {
      const page = await person.visits(url)
      if (page.asks === undefined) return page.url
      return (await (decision === 'allow' ? person.connects(url) : person.denies(url))).url
    },
    revokes: () => person.revokes(),
    async blocks() {
      person.blocks()
    },
    async unblocks() {
      person.unblocks()
    },
  })
  return {
    name: 'the test bed',
    settings: bed.settings,
    postToken,
    conversationId: id,
    seller: storyPerson(seller),
    buyer: storyPerson(buyer),
    async changePost({ token: _token, owner: _owner, state, chat_enabled: isChatEnabled, ...rest }) {
      const changed = { ...(isChatEnabled !== undefined && { isChatEnabled }), ...rest }
      await bed.changePost(
        postToken,
        state === undefined ? changed : { ...changed, state: state as 'RETIRED' },
      )
    },
    settled: () => bed.settled(),
    async [Symbol.asyncDispose]() {},
  }
}
