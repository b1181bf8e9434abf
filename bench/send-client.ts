import autocannon from 'autocannon'
import { Client } from 'undici'
import { median } from './figures.ts'
import { BODY, type Marketplace } from './send-marketplace.ts'

const CONNECTIONS = 64

export interface Load {
  rate: number
  p50: number
  p99: number
  accepted: number
}

export async function load(url: string, { headers, paths }: Marketplace, amount: number): Promise<Load> {
  const startedAt = performance.now()
  const options: autocannon.Options = {
    url,
    connections: CONNECTIONS,
    amount,
    method: 'POST',
    headers,
    body: BODY,
    requests: [
      {
        setupRequest: (request) => ({ ...request, path: paths[Math.floor(Math.random() * paths.length)]! }),
      },
    ],
  }
  // The client itself ends on the next full second; what counts is when the last answer came.
  let lastAnswerAt = startedAt
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error, ended) => (error ? reject(error) : resolve(ended)))
    run.on('response', () => {
      lastAnswerAt = performance.now()
    })
  })
  if (result['2xx'] !== amount) throw new Error(`only ${result['2xx']} of ${amount} requests were accepted`)
  const rate = (amount * 1000) / (lastAnswerAt - startedAt)
  return { rate, p50: result.latency.p50, p99: result.latency.p99, accepted: amount }
}

/** Median milliseconds of sends made one after the other on one connection. */
export async function single(url: string, { headers, paths }: Marketplace, sends: number): Promise<number> {
  const client = new Client(url)
  const times: number[] = []
  for (let i = 0; i < sends; i++) {
    const startedAt = performance.now()
    const { statusCode, body } = await client.request({
      method: 'POST',
      path: paths[i % paths.length]!,
      headers,
      body: BODY,
    })
    await body.dump()
    times.push(performance.now() - startedAt)
    if (statusCode !== 200) throw new Error(`a send was answered ${statusCode}`)
  }
  await client.close()
  return median(times)
}
