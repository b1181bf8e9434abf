import * as Type from 'typebox'
import { HttpAnswer, type Route, route } from '../http/route.ts'
import type { NotReady } from './readiness.ts'
import { METRICS_CONTENT_TYPE } from './render-metrics.ts'

export interface ObserveRoutesDeps {
  /** Prometheus text. */
  metrics(): Promise<string>
  /** Why this node should get no traffic; empty when it should. */
  notReady(): Promise<readonly NotReady[]>
}

const NO_STORE = { 'cache-control': 'no-store' }
const Alive = Type.Object({ alive: Type.Literal(true) })
const Ready = Type.Object({ ready: Type.Literal(true) })

/** For those who run Charsu: what to collect, and two probes. */
export const observeRoutes = (deps: ObserveRoutesDeps): Route[] => [
  route({
    method: 'GET',
    path: '/metrics',
    operation: 'Metrics',
    summary: 'Metrics in the text format of Prometheus',
    caller: 'monitor',
    handle: async () =>
      new HttpAnswer(200, { 'content-type': METRICS_CONTENT_TYPE, ...NO_STORE }, await deps.metrics()),
  }),
  route({
    method: 'GET',
    path: '/healthz',
    operation: 'Health',
    summary: 'Whether the process lives, for a supervisor that may restart it',
    caller: 'anyone',
    answer: Alive,
    handle: async () => json(200, { alive: true }),
  }),
  route({
    method: 'GET',
    path: '/readyz',
    operation: 'Readiness',
    summary: 'Whether this node should get traffic, for a balancer: 503 says why not',
    caller: 'anyone',
    answer: Ready,
    handle: async () => {
      const reasons = await deps.notReady()
      return reasons.length === 0 ? json(200, { ready: true }) : json(503, { ready: false, reasons })
    },
  }),
]

const json = (status: number, body: object): HttpAnswer =>
  new HttpAnswer(
    status,
    { 'content-type': 'application/json; charset=utf-8', ...NO_STORE },
    JSON.stringify(body),
  )
