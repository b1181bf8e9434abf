import { ApiError } from '../errors.ts'

/** Why a file was refused; all are code 3 and leave nothing behind (wire contract §10). */
export type MediaFault =
  | 'MEDIA_EMPTY'
  | 'MEDIA_TYPE_WRONG'
  | 'MEDIA_CUT_OFF'
  | 'MEDIA_BROKEN'
  | 'MEDIA_TOO_MANY_PIXELS'
  | 'UPLOAD_MALFORMED'
  | 'FILE_MISSING'
  | 'TOO_MANY_FILES'

/**
 * @param description follows the name of the field, as in "file: is empty".
 */
export const mediaFault = (
  reason: MediaFault,
  description: string,
  options: { field?: string; cause?: unknown } = {},
): ApiError => {
  const { field = 'file', cause } = options
  return new ApiError('INVALID_ARGUMENT', `${field}: ${description}`, {
    reason,
    violations: [{ field, description }],
    cause,
  })
}

/** 413, as wire contract §0 has it for whatever is too large. */
export const tooLarge = (field: string, mostBytes: number): ApiError => {
  const description = `is too large: at most ${mostBytes} bytes (${mostBytes / 1024 / 1024} MB) are accepted`
  return new ApiError('INVALID_ARGUMENT', `${field}: ${description}`, {
    http: 413,
    reason: 'MEDIA_TOO_LARGE',
    metadata: { limit_bytes: String(mostBytes) },
    violations: [{ field, description }],
  })
}
