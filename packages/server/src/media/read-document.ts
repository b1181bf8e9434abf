import { compoundStreams } from './compound-streams.ts'
import { mediaFault } from './media-fault.ts'
import { KIND_RULES } from './media-kinds.ts'
import { zipEntries } from './zip-entries.ts'

export interface DocumentFacts {
  contentType: string
  extension: string
}

const COMPOUND = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
const ZIP = Buffer.from('PK\x03\x04', 'latin1')
const PDF = Buffer.from('%PDF-', 'latin1')
const PDF_END = Buffer.from('%%EOF', 'latin1')
const PDF_TAIL_BYTES = 2048

const OFFICE = 'application/vnd.openxmlformats-officedocument'
const NEWER: readonly (DocumentFacts & { part: string })[] = [
  { part: 'word/document.xml', extension: 'docx', contentType: `${OFFICE}.wordprocessingml.document` },
  { part: 'xl/workbook.xml', extension: 'xlsx', contentType: `${OFFICE}.spreadsheetml.sheet` },
  { part: 'ppt/presentation.xml', extension: 'pptx', contentType: `${OFFICE}.presentationml.presentation` },
]
const OLDER: readonly (DocumentFacts & { stream: RegExp })[] = [
  { stream: /^WordDocument$/, extension: 'doc', contentType: 'application/msword' },
  { stream: /^(Workbook|Book)$/, extension: 'xls', contentType: 'application/vnd.ms-excel' },
  { stream: /^PowerPoint Document$/, extension: 'ppt', contentType: 'application/vnd.ms-powerpoint' },
]

const cutOff = () => mediaFault('MEDIA_CUT_OFF', 'ends before its end: send all of it')
const wrong = (what: string) =>
  mediaFault('MEDIA_TYPE_WRONG', `${what}, but must be ${KIND_RULES.file.accepts}`)

/**
 * Which of the accepted documents it is, by its structure; null when it is none of their families.
 * @throws 400 when it is of such a family, but another member of it, cut off, or locked.
 */
export function readDocument(bytes: Buffer): DocumentFacts | null {
  const begins = (start: Buffer): boolean => bytes.subarray(0, start.length).equals(start)
  if (begins(PDF)) return pdf(bytes)
  if (begins(ZIP)) return newerOffice(bytes)
  if (begins(COMPOUND)) return olderOffice(bytes)
  return null
}

function pdf(bytes: Buffer): DocumentFacts {
  if (!bytes.subarray(-PDF_TAIL_BYTES).includes(PDF_END)) throw cutOff()
  return { contentType: 'application/pdf', extension: 'pdf' }
}

function newerOffice(bytes: Buffer): DocumentFacts {
  const entries = zipEntries(bytes)
  if (entries === null) throw cutOff()
  if (entries.some((name) => /(^|\/)vbaProject\.bin$/i.test(name))) throw wrong('is a document with macros')
  const kind = entries.includes('[Content_Types].xml')
    ? NEWER.find(({ part }) => entries.includes(part))
    : undefined
  if (!kind) throw wrong('is a ZIP archive')
  return { contentType: kind.contentType, extension: kind.extension }
}

function olderOffice(bytes: Buffer): DocumentFacts {
  const streams = compoundStreams(bytes)
  if (streams === null) throw cutOff()
  if (streams.includes('EncryptedPackage')) throw wrong('is locked with a password')
  const kind = OLDER.find(({ stream }) => streams.some((name) => stream.test(name)))
  if (!kind) throw wrong('is a compound file of another program')
  return { contentType: kind.contentType, extension: kind.extension }
}
