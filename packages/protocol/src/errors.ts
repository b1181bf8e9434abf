/** google.rpc codes that the wire contract uses (§0), each with its HTTP status. */
export const CODES = {
  INVALID_ARGUMENT: { code: 3, http: 400 },
  NOT_FOUND: { code: 5, http: 404 },
  ALREADY_EXISTS: { code: 6, http: 409 },
  PERMISSION_DENIED: { code: 7, http: 403 },
  RESOURCE_EXHAUSTED: { code: 8, http: 429 },
  FAILED_PRECONDITION: { code: 9, http: 412 },
  UNIMPLEMENTED: { code: 12, http: 501 },
  INTERNAL: { code: 13, http: 500 },
  UNAVAILABLE: { code: 14, http: 503 },
  UNAUTHENTICATED: { code: 16, http: 401 },
} as const

export type CodeName = keyof typeof CODES

/** One wrong field: `field` is a path such as `sender_buttons.rows[0].buttons[2].caption`. */
export interface FieldViolation {
  field: string
  description: string
}

export interface ErrorDetail {
  '@type': `type.googleapis.com/google.rpc.${string}`
  [key: string]: unknown
}

export interface ErrorBody {
  code: number
  message: string
  details: ErrorDetail[]
}
