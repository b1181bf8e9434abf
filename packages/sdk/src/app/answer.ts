import type { CallRefusedError } from './app-errors.ts'

/** What the platform's developer console shows of a refused call; nothing secret may stand in it. */
export const refusedAnswer = (error: CallRefusedError): Response =>
  Response.json({ error: error.message }, { status: error.status })

/** Our own fault: the cause stays in our log. */
export const failedAnswer = (): Response =>
  Response.json({ error: 'a handler of this app failed; its log says why' }, { status: 500 })

export const notFoundAnswer = (basePath: string): Response =>
  Response.json(
    {
      error: `there is nothing here: this app answers at ${basePath}/events, ${basePath}/sessions, ${basePath}/actions, ${basePath}/connect and ${basePath}/callback, without a slash at the end`,
    },
    { status: 404 },
  )
