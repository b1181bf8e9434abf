import { asCurl, type Sent } from './exchange.ts'

export interface Failure {
  operation: string
  /** Which of the operation's requests, or what is wrong about its case. */
  what: string
  faults: readonly string[]
  sent?: Sent
  /** The request as a command, where it is no plain text. */
  command?: string
  answer?: { status: number; text: string }
}

export interface Totals {
  /** Operations of the description. */
  operations: number
  /** Of them, those that are served. */
  served: number
  /** Requests sent, those for earlier editions included. */
  requests: number
  /** Random requests among them. */
  fuzzed: number
  /** Requests whose answer was not right, and operations without a case. */
  failed: number
  /** Of the random ones alone, shrinking included. */
  requests_per_second: number
  /** From the first request to the last. */
  seconds: number
}

const MAX_ANSWER = 2000

export function failureText({ operation, what, faults, sent, command, answer }: Failure): string {
  return [
    `✗ ${operation}: ${what}`,
    ...faults.map((fault) => `    ${fault}`),
    ...(sent ? [`  request: ${asCurl(sent)}`] : []),
    ...(command !== undefined ? [`  request: ${command}`] : []),
    ...(answer ? [`  answer:  ${answer.status} ${answer.text.slice(0, MAX_ANSWER)}`] : []),
  ].join('\n')
}

/** The last line of the run, in this order of keys. */
export const totalsLine = (totals: Totals): string => {
  const { operations, served, requests, fuzzed, failed, requests_per_second, seconds } = totals
  return JSON.stringify({ operations, served, requests, fuzzed, failed, requests_per_second, seconds })
}
