import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { Story } from './story-answer.ts'
import { tellStory } from './tell-story.ts'

export interface StoryRouteDeps {
  db: Database
}

export const storyRoutes = ({ db }: StoryRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/dev/v1/messages/:message_id/story',
    operation: 'Development_TellStory',
    summary: 'Where a message came from, and all that came of it: events, calls of apps, clicks, messages',
    caller: 'local',
    answer: Story,
    handle: ({ params: { message_id: messageId = '' } }) => tellStory(db, messageId),
  }),
]
