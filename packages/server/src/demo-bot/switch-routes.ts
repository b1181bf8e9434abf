import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { DEMO_BOT_SLUG } from '../apps/demo-bot-app.ts'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { readScope } from './answer-event.ts'
import type { BotMemory } from './bot-memory.ts'
import { appsAtWork } from './other-apps.ts'

export interface SwitchDeps {
  db: Database
  memory: BotMemory
  turn(enabled: boolean): Promise<void>
}

const BotState = Type.Object({
  slug: Type.String(),
  enabled: Type.Boolean(),
  connected: Type.Boolean({ description: 'somebody lets it read and write' }),
  posts: Type.Array(Type.String(), { description: 'tokens of the posts in whose chats it may answer' }),
  keeps_still: Type.Array(
    Type.Object({ post_token: Type.String(), app: Type.String({ description: 'slug' }) }),
    { description: 'posts of these that another app acts on, so that it says nothing there' },
  ),
})
export type BotState = Type.Static<typeof BotState>

const PATH = '/dev/v1/demo-bot'

/** The bundled app's switch, for whoever wants to hear only an app of their own. */
export const switchRoutes = (deps: SwitchDeps): Route[] => [
  route({
    method: 'GET',
    path: PATH,
    operation: 'Development_GetDemoBot',
    summary: 'Whether the bundled app takes part, and where',
    caller: 'local',
    answer: BotState,
    handle: () => stateOf(deps),
  }),
  route({
    method: 'PUT',
    path: PATH,
    operation: 'Development_SwitchDemoBot',
    summary: 'Switch the bundled app on, with the consent it needs, or off',
    caller: 'local',
    body: parser(Type.Object({ enabled: Type.Boolean() })),
    answer: BotState,
    handle: async ({ body }) => {
      await deps.turn(body.enabled)
      return await stateOf(deps)
    },
  }),
]

async function stateOf({ db, memory }: SwitchDeps): Promise<BotState> {
  const [{ enabled }, grants] = await Promise.all([memory.switch(), memory.all('grant')])
  const prefix = readScope('')
  const posts = [
    ...new Set(
      grants.flatMap(({ scopes }) =>
        scopes.filter((scope) => scope.startsWith(prefix)).map((scope) => scope.slice(prefix.length)),
      ),
    ),
  ].sort()
  const atWork = await appsAtWork(db, posts)
  return {
    slug: DEMO_BOT_SLUG,
    enabled,
    connected: posts.length > 0,
    posts,
    keeps_still: atWork.map(({ postToken, app }) => ({ post_token: postToken, app })),
  }
}
