import type { AppUnderTest, BedSettings } from '../../../packages/sdk/src/testing/testing.ts'

/** What both marketplaces can be asked and told, so that one story runs in either. */

export interface StoryMessage {
  mine: boolean
  app: string | undefined
  text: string | undefined
  buttons: string[][]
}

export interface StoryClick {
  outcome: string
  open_url?: string | undefined
  toast?: string | undefined
  message?: string | undefined
  /** What the app's developer reads. */
  reason: string | undefined
  detail: string | undefined
}

export interface StoryPerson {
  says(text: string): Promise<void>
  sees(): Promise<StoryMessage[]>
  taps(caption: string): Promise<StoryClick>
  notices(): Promise<{ message: string | undefined; postToken: string | undefined; buttons: string[] }[]>
  /** Opens the chat with the app's chatbot. */
  chatsWithApp(): Promise<void>
  /** Back to the chat about the post. */
  opensPostChat(): Promise<void>
  startsFrom(touchpoint: 'MY_POST' | 'MY_DIVAR', about?: string): Promise<void>
  /** Opens this consent page and answers: where the browser is sent then, or what the page says. */
  answersConsent(url: string, decision: 'allow' | 'deny'): Promise<string>
  revokes(): Promise<void>
  blocks(): Promise<void>
  unblocks(): Promise<void>
}

export type StorySettings = Pick<
  BedSettings,
  'clientId' | 'clientSecret' | 'apiKey' | 'charsuUrl' | 'publicUrl' | 'fetch'
>

export interface Marketplace extends AsyncDisposable {
  name: string
  settings: StorySettings
  postToken: string
  conversationId: string
  seller: StoryPerson
  buyer: StoryPerson
  changePost(changes: PostChanges): Promise<void>
  /** Until every event has reached the app. */
  settled(): Promise<void>
}

/** The app's parts that only one marketplace knows: where it is and what it may call. */
export type MakeApp = (settings: StorySettings) => AppUnderTest

/** The post that it is all about, in the fields of the host API. */
export const POST = {
  token: 'flat',
  category: 'apartment-sell',
  city: 'tehran',
  district: 'abbas-abad',
  title: 'Two rooms, sunny',
  data: {
    description: 'Near the park',
    size: '۸۵',
    rooms: 2,
    price: { mode: 'FIXED', value: 12_500_000_000 },
    parking: 'yes',
    production_year: 1401,
  },
}

export type PostChanges = Partial<typeof POST> & { owner?: string; state?: string; chat_enabled?: boolean }
