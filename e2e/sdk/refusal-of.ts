import { RefusedError } from '@charsu/sdk'
import { expect } from 'vitest'

/** The refusal that a call has to end with. */
export const refusalOf = (call: Promise<unknown>): Promise<RefusedError> =>
  call.then(
    () => Promise.reject(new Error('was not refused')),
    (error) => {
      expect(error).toBeInstanceOf(RefusedError)
      return error
    },
  )
