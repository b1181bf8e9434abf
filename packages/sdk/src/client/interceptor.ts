/**
 * Sees each attempt on its way out and its answer on the way back: to add a header, to log, to measure. It may answer
 * by itself without `next`. What it throws fails the attempt as a broken connection would. The request carries the key
 * and the token: do not log its headers.
 * @example
 * ```ts run
 * import { Client, type Interceptor } from '@charsu/sdk'
 *
 * const timed: Interceptor = async (request, next) => {
 *   const start = performance.now()
 *   const response = await next(request)
 *   console.log(request.method, new URL(request.url).pathname, response.status, performance.now() - start)
 *   return response
 * }
 * const charsu = new Client({ apiKey: 'ck_example', interceptors: [timed] })
 * ```
 */
export type Interceptor = (
  request: Request,
  next: (request: Request) => Promise<Response>,
) => Promise<Response>

type Send = (request: Request) => Promise<Response>

/** `fetch` with the interceptors around it, the first outermost. */
export const intercepted = (fetch: Send, interceptors: readonly Interceptor[]): Send =>
  interceptors.reduceRight<Send>((next, interceptor) => async (request) => interceptor(request, next), fetch)
