// An app as it is written for Kenar: it knows Kenar's addresses, its own, and its own credentials, and nothing of
// Charsu. It runs in Node.js, Deno and Bun.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import process from 'node:process'

const {
  PORT,
  APP_SLUG = '',
  APP_URL = '',
  DIVAR_API_KEY = '',
  DIVAR_OAUTH_SECRET = '',
  DIVAR_IDENTIFICATION = '',
} = process.env
const CALLBACK = `${APP_URL}/callback`

const events: unknown[] = []

interface Answer {
  status: number
  body: unknown
}

async function call(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init)
  return { status: answer.status, body: await answer.json() }
}

const send = (conversation: string, token: string, message: unknown, key = DIVAR_API_KEY): Promise<Answer> =>
  call(`https://api.divar.ir/v2/open-platform/conversations/${conversation}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-access-token': token },
    body: JSON.stringify(message),
  })

const exchange = (code: string): Promise<Answer> =>
  call('https://oauth.divar.ir/oauth2/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: APP_SLUG,
      client_secret: DIVAR_OAUTH_SECRET,
      redirect_uri: CALLBACK,
      code,
    }).toString(),
  })

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', APP_URL)
  const json = (value: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  }
  const { searchParams: query } = url
  if (url.pathname === '/start') {
    const conversation = query.get('conversation') ?? ''
    const consent = new URLSearchParams({
      response_type: 'code',
      client_id: APP_SLUG,
      redirect_uri: CALLBACK,
      scope: `CONVERSATION_SEND_MESSAGE.${conversation} USER_ID`,
      state: conversation,
    })
    response.writeHead(302, {
      location: `https://oauth.divar.ir/oauth2/auth?${consent}`,
      'set-cookie': `started=${conversation}; Domain=${url.hostname}; Secure; HttpOnly`,
    })
    response.end()
  } else if (url.pathname === '/callback') {
    const conversation = query.get('state') ?? ''
    const token = await exchange(query.get('code') ?? '')
    const { access_token: accessToken = '' } = token.body as { access_token?: string }
    const data = { open_server_link: { data: { conversation } } }
    const sent = await send(conversation, accessToken, {
      type: 'TEXT',
      message: 'sent by an app that knows Kenar alone',
      receiver_buttons: { rows: [{ buttons: [{ action: data, icon_name: 'EDIT', caption: 'Open' }] }] },
    })
    const refused = {
      badKey: await send(conversation, accessToken, { message: 'x' }, 'wrong'),
      noScope: await send('62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11', accessToken, { message: 'x' }),
      badBody: await send(conversation, accessToken, {}),
      notServed: await call('https://open-api.divar.ir/v1/open-platform/assets/city', {}),
      notKenar: await call('https://api.divar.ir/v8/web-search/1', {}),
    }
    const seen = { host: request.headers.host, cookie: request.headers.cookie }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(
      `<a href="https://open-platform-redirect.divar.ir/completion">back</a>` +
        `<script type="application/json">${JSON.stringify({ token, sent, refused, seen })}</script>`,
    )
  } else if (url.pathname === '/kenar/events' || url.pathname === '/kenar/session') {
    if (request.headers.authorization !== DIVAR_IDENTIFICATION) {
      response.writeHead(401).end()
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (url.pathname === '/kenar/session') {
      json({ status: '200', message: 'success', url: `${APP_URL}/page` })
      return
    }
    events.push(JSON.parse(Buffer.concat(chunks).toString()))
    json({})
  } else if (url.pathname === '/heard') {
    json(events)
  } else if (url.pathname === '/elsewhere') {
    json(await call(query.get('url') ?? '', { method: 'POST', body: 'as it is' }))
  } else {
    response.writeHead(404).end()
  }
}

createServer((request, response) => {
  serve(request, response).catch((error: Error) => {
    response.writeHead(500).end(`${error.message} ${(error.cause as Error | undefined)?.message ?? ''}`)
  })
}).listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${PORT}`))
