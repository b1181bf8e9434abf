import { tellStory } from './runtime-story.ts'

// Run by Node, Deno and Bun: the server's origin is the last word of the command line.
console.log(JSON.stringify(await tellStory(process.argv.at(-1) ?? '')))
