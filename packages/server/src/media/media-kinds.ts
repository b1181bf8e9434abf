/** What may be uploaded, and how much of it (wire contract §10). */

export const MEDIA_KINDS = ['image', 'video', 'voice', 'file'] as const

export type MediaKind = (typeof MEDIA_KINDS)[number]

export type MediaType = 'IMAGE' | 'VIDEO' | 'VOICE' | 'FILE'

export interface KindRule {
  /** The type of a message that shows it. */
  type: MediaType
  mostBytes: number
  /** As it is said to whoever sent something else. */
  accepts: string
}

const MIB = 1024 * 1024

export const KIND_RULES: Readonly<Record<MediaKind, KindRule>> = {
  image: { type: 'IMAGE', mostBytes: 5 * MIB, accepts: 'a PNG or JPEG image' },
  video: { type: 'VIDEO', mostBytes: 50 * MIB, accepts: 'an MP4 video' },
  voice: { type: 'VOICE', mostBytes: 1.5 * MIB, accepts: 'an M4A or 3GP recording without a picture' },
  file: {
    type: 'FILE',
    mostBytes: 5 * MIB,
    accepts: 'a PDF, Word (DOC, DOCX), Excel (XLS, XLSX) or PowerPoint (PPT, PPTX) file',
  },
}

export const isMediaKind = (text: string): text is MediaKind => MEDIA_KINDS.some((kind) => kind === text)
