import { beforeAll, describe, expect, test } from 'vitest'
import { bedMarketplace } from './side-by-side/bed-marketplace.ts'
import { serverMarketplace } from './side-by-side/server-marketplace.ts'
import { type Transcript, tellStory } from './side-by-side/story.ts'
import { storyApp } from './side-by-side/story-app.ts'

const STORY_MS = 120_000
let bed: Transcript
let server: Transcript

beforeAll(async () => {
  const [inBed, onServer] = [storyApp(), storyApp()]
  await using theBed = await bedMarketplace(inBed.make)
  await using theServer = await serverMarketplace(onServer.make)
  bed = await tellStory(theBed, inBed)
  server = await tellStory(theServer, onServer)
}, STORY_MS)

describe('one story in the test bed and on a server', () => {
  test('has the same steps', () => {
    expect(server.length).toBeGreaterThan(150)
    expect(bed.map(([step]) => step)).toEqual(server.map(([step]) => step))
  })

  test('looks the same to people and to the app', () => {
    for (const [i, [step, seen]] of server.entries()) expect.soft([step, bed[i]?.[1]]).toEqual([step, seen])
  })
})
