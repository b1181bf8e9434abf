import type { Answers } from './entry.ts'

/** Uploads and the links to what was uploaded (wire contract §10). */
export const MEDIA_ERRORS = {
  UPLOAD_TOKEN_MISSING: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause: 'The upload carries no upload token.',
    fix: 'Get one from POST /experimental/open-platform/chat/upload and send it with the file.',
    example: 'Authorization: Bearer <upload token>',
  },
  UPLOAD_TOKEN_EXPIRED: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause: 'The upload token is more than an hour old.',
    fix: 'Get a new one from POST /experimental/open-platform/chat/upload.',
  },
  UPLOAD_TOKEN_UNKNOWN: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause:
      'The token of the upload is not one that this server gave. API keys and access tokens are no upload tokens.',
    fix: 'Send the token that POST /experimental/open-platform/chat/upload answered, whole and unchanged.',
  },
  UPLOAD_KIND_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'app',
    cause: 'There is no upload of this kind.',
    fix: 'Send the file to /upload/image, /upload/video, /upload/voice or /upload/file.',
  },
  UPLOAD_MALFORMED: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The body of the upload is no complete multipart/form-data, or holds more fields than it may.',
    fix: 'Let your HTTP library build the body, and do not set its Content-Type yourself: the boundary in it has to match.',
    example: "body: (() => { const form = new FormData(); form.set('file', file); return form })()",
  },
  UPLOAD_TOO_SLOW: {
    code: 'INVALID_ARGUMENT',
    http: 408,
    audience: 'app',
    cause: 'The upload stood still, or took longer than it may as a whole.',
    fix: 'Send it again over a faster connection, without pauses.',
  },
  FILE_MISSING: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The upload holds no file in the field that is expected, or a file in another field.',
    fix: 'Send the file in the field “file”. A video may have its picture in “thumbnail”.',
  },
  TOO_MANY_FILES: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The upload holds more than one file.',
    fix: 'Send each file in an upload of its own.',
  },
  MEDIA_EMPTY: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The file has no bytes.',
    fix: 'Send the file’s content. Often a stream was read to its end before it was sent.',
  },
  MEDIA_TYPE_WRONG: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause:
      'By its content the file is of a type that this kind of upload does not take. Its name does not matter.',
    fix: 'Send an image as PNG or JPEG, a document as PDF, DOC(X), XLS(X) or PPT(X), voice as M4A or 3GP, a video as MP4.',
  },
  MEDIA_CUT_OFF: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The file ends before its end.',
    fix: 'Send all of it. Check that it was read whole, and that it opens on your own machine.',
  },
  MEDIA_BROKEN: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause: 'The file is of the right type but cannot be read.',
    fix: 'Save it anew with another program, and send it again.',
  },
  MEDIA_TOO_LARGE: {
    code: 'INVALID_ARGUMENT',
    http: 413,
    audience: 'app',
    cause:
      'The file has more bytes than its kind may: 5 MB for images and documents, 1.5 MB for voice, 50 MB for a video.',
    fix: 'Send a smaller one: scale the image, or compress the recording.',
  },
  MEDIA_TOO_MANY_PIXELS: {
    code: 'INVALID_ARGUMENT',
    audience: 'app',
    cause:
      'The image has more pixels than are accepted. Progressive ones may have fewer, for they take more memory.',
    fix: 'Scale the image down, or save it as a plain (baseline) one.',
  },
  MEDIA_NOT_CONFIGURED: {
    code: 'UNAVAILABLE',
    audience: 'host',
    cause: 'The server has no place to keep uploads.',
    fix: 'The operator sets CHARSU_MEDIA_DIR or CHARSU_MEDIA_S3_BUCKET (docs/media.md). Messages without files work meanwhile.',
  },
  MEDIA_NOT_STORED: {
    code: 'UNAVAILABLE',
    audience: 'app',
    cause: 'The place where uploads are kept did not take the file: it is away, full or read-only.',
    fix: 'Send the file again after Retry-After. Operators: see the log, and docs/media.md.',
  },
  MEDIA_NOT_READABLE: {
    code: 'UNAVAILABLE',
    audience: 'app',
    cause: 'The file is there, but the place where it is kept does not give it at this moment.',
    fix: 'Load it again after Retry-After.',
  },
  TOO_MUCH_WAITING: {
    code: 'RESOURCE_EXHAUSTED',
    audience: 'app',
    cause: 'Many files were uploaded and never sent. As much of them is kept as may be.',
    fix: 'Send the uploads in messages by their media_token, or wait until they are removed. Upload a file only when it is to be sent.',
  },
  TOO_MANY_UPLOADS: {
    code: 'RESOURCE_EXHAUSTED',
    audience: 'app',
    cause: 'As many uploads of this app or person are under way as may be at once.',
    fix: 'Wait until one of them is done, then send the next.',
  },
  UPLOADS_BUSY: {
    code: 'UNAVAILABLE',
    audience: 'app',
    cause: 'The server has as many uploads under way as it can hold.',
    fix: 'Send the file again after Retry-After.',
  },
  LINK_FORGED: {
    code: 'PERMISSION_DENIED',
    audience: 'app',
    cause:
      'The link to a file was changed or cut, or the server did not make it: its signature does not match.',
    fix: 'Take the link whole and unchanged from the message or the event that holds it.',
  },
  LINK_EXPIRED: {
    code: 'NOT_FOUND',
    http: 410,
    audience: 'app',
    cause: 'Links to files work for a time only, and this one’s is over.',
    fix: 'Load the conversation again for a new link. An app that needs the file later keeps the file, not the link.',
  },
  MEDIA_REMOVED: {
    code: 'NOT_FOUND',
    http: 410,
    audience: 'app',
    cause: 'The file was removed: its message was deleted, or it was never sent.',
    fix: 'Show that the file is gone. It does not come back.',
  },
  RANGE_NOT_SATISFIABLE: {
    code: 'INVALID_ARGUMENT',
    http: 416,
    audience: 'app',
    cause: 'The header Range asks for bytes behind the end of the file.',
    fix: 'Ask for bytes within the size that Content-Range names, or for the whole file.',
  },
} as const satisfies Answers
