import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/**
 * An app of a few lines as a file in a folder: it says where it listens, which credentials it got and which processes it
 * is made of; it ends at once when it is told so by `GET /crash`.
 */
export async function writeSmallApp(folder: string): Promise<string> {
  const path = join(folder, 'app.mjs')
  await writeFile(
    path,
    `import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
createServer((request, response) => {
  if (request.url === '/crash') process.exit(7)
  console.log('heard ' + request.method + ' ' + request.url)
  response.end('{}')
}).listen(Number(process.env.PORT), '127.0.0.1', () => {
  const { CHARSU_CLIENT_ID: id, CHARSU_API_KEY: key, CHARSU_CLIENT_SECRET: secret, PUBLIC_URL: url } = process.env
  console.log('started ' + JSON.stringify({ id, key, secret, url, pids: [process.pid, child.pid], marked: process.env.CHARSU_PARENT_PROCESS }))
})
`,
  )
  return path
}

export interface Started {
  id: string
  key: string
  secret: string
  url: string
  pids: number[]
  marked?: string
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
