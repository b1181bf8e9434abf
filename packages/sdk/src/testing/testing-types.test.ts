import { expectTypeOf, test } from 'vitest'
import type { App } from '../app/app.ts'
import type { AppSettings } from '../app/app-settings.ts'
import type { Person } from './person.ts'
import { type BedEvent, type BedSettings, type SeenMessage, type TestBed, testBed } from './testing.ts'

test('types of the test bed', () => {
  // The settings of a bed are those of an app, and an app is what a bed takes.
  expectTypeOf<BedSettings>().toExtend<AppSettings>()
  expectTypeOf<(settings: BedSettings) => App>().toExtend<Parameters<typeof testBed>[0]>()
  expectTypeOf<(settings: BedSettings) => Promise<(request: Request) => Response>>().toExtend<
    Parameters<typeof testBed>[0]
  >()
  expectTypeOf(testBed).returns.toEqualTypeOf<TestBed>()

  expectTypeOf<Person['sees']>().toEqualTypeOf<SeenMessage[]>()
  expectTypeOf<Person['toasts']>().toEqualTypeOf<string[]>()
  expectTypeOf<TestBed['events']>().toEqualTypeOf<readonly BedEvent[]>()

  const misuse = async (bed: TestBed, person: Person, settings: BedSettings): Promise<void> => {
    // @ts-expect-error an app has to answer with a Response
    testBed(() => async () => 'hello')
    // @ts-expect-error an app is made, not given as its class
    testBed(settings)
    // @ts-expect-error there is no such permission
    testBed(() => () => new Response(), { permissions: ['CHAT_SEND'] })
    // @ts-expect-error a text is said, not sent
    await person.sends({ text: 'hello' })
    // @ts-expect-error there is no such place
    await person.startsFrom('MY_POSTS', 'flat')
    // @ts-expect-error time moves by a duration
    await bed.time.advance(new Date())
    // @ts-expect-error what happened cannot be changed
    bed.events = []
    // @ts-expect-error of the orders there are two
    await bed.release('random')
  }
  expectTypeOf(misuse).returns.resolves.toEqualTypeOf<void>()
})
