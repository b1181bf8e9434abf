import type { Time } from '../client/time.ts'
import { MemoryGrants } from '../stores/memory-grants.ts'
import { type Allowed, type AllowOptions, allow } from './allow.ts'
import { BedError } from './bed-error.ts'
import {
  type AppUnderTest,
  type BedSettings,
  knownApp,
  PATIENCE_MS,
  STARTS_AT,
  type TestBedOptions,
} from './bed-settings.ts'
import type { BedClick } from './click.ts'
import { BedClock } from './clock.ts'
import { type Core, Steps } from './core.ts'
import { type BedEvent, Deliveries } from './deliveries.ts'
import { Ids } from './ids.ts'
import { newPlatform } from './new-platform.ts'
import { Person } from './person.ts'
import type { BedCall } from './platform.ts'
import { newPost, type PostInput, tellOfPost } from './posts.ts'
import { type Conversation, type Post, World } from './world.ts'

/** A chat about a post, with the two who have it. */
export interface BedChat {
  /** The conversation's id. */
  id: string
  postToken: string
  seller: Person
  buyer: Person
}

/** The time of a bed; it stands still until the test moves it. */
export interface BedTime extends Time {
  /**
   * Moves the time: repeats and deadlines that fall into it happen, and whatever the app sleeps for ends.
   * @param by such as `'10m'`, `'1h 30m'`, or milliseconds.
   */
  advance(by: number | string): Promise<void>
}

/**
 * A whole marketplace in memory, with one app in it (wire contract §0 to §11): a test drives the people on both sides of
 * a chat, and looks at what they see.
 *
 * @example
 * ```ts run
 * import { App, scope } from '@charsu/sdk'
 * import { testBed } from '@charsu/sdk/testing'
 *
 * const bed = testBed((settings) => {
 *   const app = new App(settings)
 *   return app.hears(/price/, (ctx) => ctx.say('Ask for a visit'))
 * })
 * const { seller, buyer } = await bed.conversation({ postToken: 'flat' })
 * await bed.allow(seller, [scope.readPostConversations('flat'), scope.sendInPostConversations('flat')])
 * await buyer.says('What is the best price?')
 * await bed.redeliver()
 * if (buyer.sees.length !== 2) throw new Error('answered twice')
 * ```
 */
export class TestBed {
  /** Moves the time. */
  readonly time: BedTime
  /** What the app was made with. */
  readonly settings: BedSettings
  /** Events that went to the app, or wait to, with its answers; the oldest first. */
  readonly events: readonly BedEvent[]
  /** Clicks, and apps opened at touchpoints; the oldest first. */
  readonly clicks: readonly BedClick[] = []
  /** What the app called, with the answers it got; the oldest first. */
  readonly calls: readonly BedCall[] = []
  /** What the app gave to `settings.report`. */
  readonly reported: readonly unknown[] = []
  readonly #core: Core
  readonly #people = new Map<string, Person>()

  /** @internal Made by `testBed()`. */
  constructor(
    create: (settings: BedSettings) => AppUnderTest | Promise<AppUnderTest>,
    options: TestBedOptions,
  ) {
    if (typeof create !== 'function') {
      throw new BedError(
        'testBed takes a function that makes the app: testBed((settings) => new App(settings))',
      )
    }
    const known = knownApp(options)
    const clock = new BedClock(options.startsAt ?? STARTS_AT, options.patienceMs ?? PATIENCE_MS)
    const world = new World(new Ids(clock.now), clock.now)
    this.time = { now: clock.now, sleep: clock.sleep, advance: (by) => this.#advance(by) }
    const started = Promise.withResolvers<AppUnderTest>()
    const reported = this.reported as unknown[]
    const base = { app: started.promise, known, clock, world, clicks: this.clicks as BedClick[] }
    const deliveries = new Deliveries({ ...base, newId: () => world.ids.secret('evt'), reported })
    const steps = new Steps(deliveries, options.tolerant ?? false)
    this.#core = { ...base, deliveries, steps, underWay: new Map() }
    this.events = deliveries.events
    this.settings = {
      ...known.settings,
      fetch: newPlatform(this.#core, { calls: this.calls as BedCall[], elsewhere: options.elsewhere }),
      time: { now: clock.now, sleep: clock.sleep },
      grants: new MemoryGrants(),
      report: (error) => void reported.push(error),
    }
    // An app that cannot be made fails the first step that needs it, with its own error.
    started.promise.catch(() => {})
    const make = async () => {
      const app = await create(this.settings)
      if (typeof app === 'function' || typeof app?.fetch === 'function') return app
      throw new BedError('what testBed was given makes no app: return it, or its fetch, from that function')
    }
    make().then(started.resolve, started.reject)
  }

  /** Somebody new. */
  person(input: { name?: string; phone?: string } = {}): Person {
    const { world } = this.#core
    const { name = `Person ${world.users.size + 1}`, phone } = input
    const user = { id: world.ids.userId(name), name, phone }
    world.users.set(user.id, user)
    const person = new Person(this.#core, user)
    this.#people.set(user.id, person)
    return person
  }

  /**
   * A new post, published unless told otherwise. Whoever subscribed to changes of all posts of its owner hears of it.
   * @throws BedError for a token that is none, or that another post has.
   */
  async post(input: PostInput & { owner?: Person } = {}): Promise<Post> {
    const { owner = this.person({ name: 'Seller' }), ...rest } = input
    const post = newPost(this.#core.world, owner.id, rest)
    return this.#core.steps.take(`the post ${post.token} is new`, () => {
      tellOfPost(this.#core, null, post)
      return { value: post }
    })
  }

  /** Changes a post, as its owner or the marketplace does; subscribers hear of it. @throws BedError for no post. */
  async changePost(token: string, changes: Omit<PostInput, 'token'>): Promise<Post> {
    const { world, steps } = this.#core
    const post = world.posts.get(token)
    if (!post)
      throw new BedError(`there is no post ${token} to change: make it with bed.post({ token: '${token}' })`)
    return steps.take(`the post ${token} changes`, () => {
      const before = post.state
      Object.assign(post, changes, { lastModifiedAt: world.now() })
      if (post.state === 'PUBLISHED') post.firstPublishedAt ??= world.now()
      tellOfPost(this.#core, before, post)
      return { value: post }
    })
  }

  /**
   * A chat of a buyer and a seller about a post, which both then have open. What is not given is made: people, post.
   * @throws BedError when the post is somebody else's than the seller's, or the buyer owns it.
   */
  async conversation(
    input: { postToken?: string; seller?: Person; buyer?: Person; id?: string } = {},
  ): Promise<BedChat> {
    const { world } = this.#core
    const existing = input.postToken === undefined ? undefined : world.posts.get(input.postToken)
    const seller =
      input.seller ?? (existing && this.#people.get(existing.ownerId)) ?? this.person({ name: 'Seller' })
    const buyer = input.buyer ?? this.person({ name: 'Buyer' })
    const post =
      existing ??
      (await this.post({ owner: seller, ...(input.postToken !== undefined && { token: input.postToken }) }))
    if (post.ownerId !== seller.id) {
      throw new BedError(
        `the post ${post.token} is not ${seller.name}'s: leave seller out, or give another post`,
      )
    }
    if (buyer === seller)
      throw new BedError(`${seller.name} owns the post ${post.token}: the buyer has to be somebody else`)
    const conversation: Conversation = world.openAbout(post, buyer.id, input.id)
    seller.opens(conversation)
    buyer.opens(conversation)
    return { id: conversation.id, postToken: post.token, seller, buyer }
  }

  /**
   * Lets a person allow the app these scopes, without the way through its pages: the tokens go into `settings.grants`,
   * and with a scope to read messages the app is subscribed to them.
   * @returns the tokens, for an app that keeps them elsewhere.
   * @throws BedError for a scope that does not exist, or is not this person's to give.
   */
  allow(person: Person, scopes: readonly string[], options: AllowOptions = {}): Promise<Allowed> {
    const { world, known } = this.#core
    const user = world.users.get(person.id)
    if (!user) throw new BedError(`${person.name} belongs to another bed: make people with bed.person()`)
    return allow({ world, known, grants: this.settings.grants }, user, scopes, options)
  }

  /** Keeps events back from now on, as a slow network does. */
  hold(): void {
    this.#core.deliveries.hold()
  }

  /** Lets go of what was held: late and in order, or out of order with `'reversed'`. */
  release(order: 'in order' | 'reversed' = 'in order'): Promise<void> {
    return this.#core.steps.take('the held events are released', async () => {
      await this.#core.deliveries.release(order)
      return { value: undefined }
    })
  }

  /**
   * Delivers an event once more, the last one by default, as after a crash or by the console's resend: with the same
   * webhook-id.
   * @throws BedError when there is none, or it has not ended well yet.
   */
  redeliver(
    event: BedEvent | undefined = this.events.findLast(({ isReplay }) => !isReplay),
  ): Promise<BedEvent> {
    return this.#core.steps.take('an event is delivered again', () => {
      if (!event) throw new BedError('no event has gone to the app yet: nothing can be delivered again')
      if (event.state === 'waiting' || event.state === 'cancelled') {
        const why =
          event.state === 'waiting' ? 'has not been delivered once' : 'was cancelled with its consent'
        throw new BedError(`the event ${event.id} (${event.type}) ${why}: it cannot be delivered again`)
      }
      const replayed = this.#core.deliveries.replay(event)
      if (replayed) return { value: replayed }
      throw new BedError(`the event ${event.id} is none of this bed: take it from bed.events`)
    })
  }

  /** Settles when the app has answered everything, and what it does after its answers has been seen. */
  settled(): Promise<void> {
    return this.#core.deliveries.settled()
  }

  async #advance(by: number | string): Promise<void> {
    await this.#core.clock.advance(by)
    this.#core.steps.forgive()
  }
}

/**
 * A marketplace in memory around your app: no server, no network, no waiting.
 *
 * @param create makes the app with the settings that it is given; anything with `fetch(request)` will do.
 * @example
 * ```ts run
 * import { App, action, grid } from '@charsu/sdk'
 * import { testBed } from '@charsu/sdk/testing'
 *
 * const bed = testBed((settings) => {
 *   const app = new App(settings)
 *   const pick = action('pick')
 *   app.on('chatbot:text', async (ctx) => {
 *     await ctx.say('Which day?', { buttons: grid([[pick.button('Saturday')]]) })
 *   })
 *   app.action(pick, (ctx) => ctx.toast('See you on Saturday'))
 *   return app
 * })
 * const negar = bed.person({ name: 'Negar' }).chatsWithApp()
 * await negar.says('A visit, please')
 * await negar.taps('Saturday')
 * if (negar.toasts[0] !== 'See you on Saturday') throw new Error('no toast')
 * ```
 */
export const testBed = (
  create: (settings: BedSettings) => AppUnderTest | Promise<AppUnderTest>,
  options: TestBedOptions = {},
): TestBed => new TestBed(create, options)
