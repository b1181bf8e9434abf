import { tellStory } from './runtime-story.ts'

// Run by a workers runtime: the server's origin comes in the query.
export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json(await tellStory(new URL(request.url).searchParams.get('origin') ?? ''))
  },
}
