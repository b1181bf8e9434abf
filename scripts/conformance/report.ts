import { asCurl, type Received, type Sent } from './exchange.ts'

export interface Failure {
  operation: string
  /** Which of the operation's requests, or what is wrong about its case. */
  what: string
  faults: readonly string[]
  sent?: Sent
  answer?: Received
}

export interface Totals {
  /** Operations of the description. */
  operations: number
  /** Of them, those that are served. */
  served: number
  /** Requests sent, those for earlier editions included. */
  requests: number
  /** Requests whose answer was not right, and operations without a case. */
  failed: number
}

const MAX_ANSWER = 2000

export function failureText({ operation, what, faults, sent, answer }: Failure): string {
  return [
    `✗ ${operation}: ${what}`,
    ...faults.map((fault) => `    ${fault}`),
    ...(sent ? [`  request: ${asCurl(sent)}`] : []),
    ...(answer ? [`  answer:  ${answer.status} ${answer.text.slice(0, MAX_ANSWER)}`] : []),
  ].join('\n')
}

/** The last line of the run, in this order of keys. */
export const totalsLine = ({ operations, served, requests, failed }: Totals): string =>
  JSON.stringify({ operations, served, requests, failed })
