import type { Answers } from './entry.ts'

/** How a request is written, and whether the server can take it just now (wire contract §0). */
export const REQUEST_ERRORS = {
  INVALID_FIELDS: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause:
      'Fields of the body, the query or the path break a rule. The detail BadRequest lists every one of them, each with its path and what it has to be.',
    fix: 'Mend all fields that are listed, then send the request again. The same request will be refused again.',
    example: 'sender_buttons.rows[0].buttons[2].caption has 140 characters, but at most 100 are allowed',
  },
  BODY_NOT_JSON: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause:
      'The body is not valid JSON: a quote, comma or bracket is missing, or something else than JSON was sent.',
    fix: 'Write the body with your language’s JSON library, and send the text that it makes without changing it.',
    example: '{"message": "hello"}',
  },
  BODY_NOT_UTF8: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The body holds bytes that are no UTF-8, so its text cannot be read.',
    fix: 'Encode the body as UTF-8. Latin-1 and Windows code pages are not understood.',
  },
  BODY_TOO_LARGE: {
    code: 'INVALID_ARGUMENT',
    http: 413,
    audience: 'app',
    cause:
      'The body has more bytes than this operation takes: 256 KiB, and more for the bulk operations of the host.',
    fix: 'Send less at once. Files do not go in a body: upload them and send their media_token.',
  },
  CONTENT_TYPE_NOT_SUPPORTED: {
    code: 'INVALID_ARGUMENT',
    http: 415,
    audience: 'app',
    cause: 'The header Content-Type names a form that this operation does not read.',
    fix: 'Send JSON as application/json. Only the token endpoint takes forms, and only uploads take multipart/form-data.',
    example: 'Content-Type: application/json',
  },
  CONTENT_LENGTH_WRONG: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The body is longer or shorter than its Content-Length says.',
    fix: 'Leave the header to your HTTP library. If you set it, count bytes of the UTF-8 text, not characters.',
  },
  VALUE_NOT_STORABLE: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause:
      'A value cannot be kept: it holds a NUL character, half of a surrogate pair, or a number or date out of every range.',
    fix: 'Remove NUL characters and broken Unicode from texts, and check numbers and dates.',
  },
  PATH_MALFORMED: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The path holds a percent sign that begins no valid encoding.',
    fix: 'Percent-encode each part of the path. A percent sign itself is written %25.',
  },
  PATH_TOO_LONG: {
    code: 'INVALID_ARGUMENT',
    http: 414,
    audience: 'app',
    cause: 'A part of the path has more characters than any id.',
    fix: 'Check what was put in the path. Long values belong in the body.',
  },
  HEADERS_TOO_LARGE: {
    code: 'INVALID_ARGUMENT',
    http: 431,
    audience: 'app',
    cause: 'The request’s headers have more than 32 KiB.',
    fix: 'Send fewer and shorter headers. Often cookies have piled up.',
  },
  HOST_MISSING: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The request names no server: the header Host is missing.',
    fix: 'Send Host, as HTTP/1.1 demands. Every HTTP library does it by itself.',
  },
  NOT_HTTP: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'What arrived is no valid HTTP request.',
    fix: 'Check the first line, the headers and the length of the body. Often https was spoken to an http port.',
  },
  REQUEST_TIMEOUT: {
    code: 'INVALID_ARGUMENT',
    http: 408,
    audience: 'app',
    cause: 'The request did not arrive in full in time.',
    fix: 'Send it again, all of it. If it happens often, look at the network in between.',
  },
  MALFORMED: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The request breaks a rule of HTTP, or its sender went away in the middle of it.',
    fix: 'Send the request again with an HTTP library, complete and unchanged.',
  },
  NOT_FOUND: {
    code: 'NOT_FOUND',
    audience: 'app',
    cause: 'There is nothing at this path, or what it names is not yours.',
    fix: 'Compare the path with the API reference at /docs, and load the list again that the id came from.',
  },
  REASON_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'developer',
    cause: 'The error catalogue was asked for a reason that it does not have.',
    fix: 'Take the reason from ErrorInfo in the error’s details, letter by letter. GET /errors lists all of them.',
  },
  OPERATION_NOT_SERVED: {
    code: 'UNIMPLEMENTED',
    audience: 'app',
    cause:
      'The path lies in the open platform’s part of the API, but no operation is served there. Operations of the public API description that Charsu does not serve answer like this, and so do misspelt ones.',
    fix: 'Check the spelling of the path. docs/compatibility.md lists what is served and what is not.',
  },
  METHOD_NOT_SERVED: {
    code: 'UNIMPLEMENTED',
    audience: 'app',
    cause: 'The path is right, but not with this HTTP method.',
    fix: 'Use a method that the header Allow names.',
  },
  OVERLOADED: {
    code: 'UNAVAILABLE',
    audience: 'app',
    cause: 'More work is waiting than the server can hold. The call was not carried out.',
    fix: 'Send it again after a second (Retry-After), with the same Idempotency-Key. Operators: see docs/scaling.md.',
  },
  DATABASE_UNAVAILABLE: {
    code: 'UNAVAILABLE',
    audience: 'app',
    cause: 'The server cannot reach its database at this moment.',
    fix: 'Send the call again after Retry-After, with the same Idempotency-Key: whether the first one was carried out is not known. Operators: look at /readyz.',
  },
  DATABASE_BUSY: {
    code: 'UNAVAILABLE',
    audience: 'app',
    cause: 'The database was too busy to carry the call out in time. It was undone.',
    fix: 'Send the call again after Retry-After.',
  },
  CLOSING: {
    code: 'UNAVAILABLE',
    audience: 'user',
    cause: 'This node of the server is shutting down and takes no new streams.',
    fix: 'Connect again: the balancer leads to another node. Browsers’ EventSource does it by itself.',
  },
  TOO_MANY_STREAMS: {
    code: 'RESOURCE_EXHAUSTED',
    audience: 'user',
    cause: 'This person has as many streams of news open as one person may, one for each page.',
    fix: 'Close one of the pages. A script has to end its streams when it does not need them any more.',
  },
  INTERNAL: {
    code: 'INTERNAL',
    audience: 'host',
    cause: 'Something went wrong in the server. It was written to its log under the request id.',
    fix: 'Send the call again later, with the same Idempotency-Key. If it goes on, give the operator the request id (X-Request-Id).',
  },
} as const satisfies Answers
