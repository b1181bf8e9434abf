import type { MediaKind } from '../state/outgoing.ts'

const MB = 1_048_576

interface KindRule {
  kind: MediaKind
  /** Bytes (docs/wire-contract.md#10-media). */
  most: number
  types: readonly string[]
  extensions: readonly string[]
}

const RULES: readonly KindRule[] = [
  { kind: 'image', most: 5 * MB, types: ['image/png', 'image/jpeg'], extensions: ['png', 'jpg', 'jpeg'] },
  { kind: 'video', most: 50 * MB, types: ['video/mp4'], extensions: ['mp4'] },
  {
    kind: 'voice',
    most: 1.5 * MB,
    types: ['audio/mp4', 'audio/x-m4a', 'audio/m4a', 'audio/3gpp', 'video/3gpp'],
    extensions: ['m4a', '3gp'],
  },
  {
    kind: 'file',
    most: 5 * MB,
    types: ['application/pdf'],
    extensions: ['pdf', 'doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx'],
  },
]

export type FileFault =
  | { kind: 'wrong-type' }
  | { kind: 'empty' }
  /** @param most bytes that a file of this kind may have. */
  | { kind: 'too-large'; most: number }

export interface FileFacts {
  name: string
  type: string
  size: number
}

const extensionOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** What a file is sent as; null for what the marketplace takes in no form. The server looks at the content itself. */
export function kindOf({ name, type }: FileFacts): MediaKind | null {
  const extension = extensionOf(name)
  const rule =
    RULES.find(({ types }) => types.includes(type)) ??
    RULES.find(({ extensions }) => extensions.includes(extension))
  return rule?.kind ?? null
}

/** What is wrong with a file before anything of it is sent; null for nothing. */
export function fileFault(file: FileFacts): FileFault | null {
  const kind = kindOf(file)
  if (kind === null) return { kind: 'wrong-type' }
  if (file.size === 0) return { kind: 'empty' }
  const most = RULES.find((rule) => rule.kind === kind)!.most
  return file.size > most ? { kind: 'too-large', most } : null
}

const accepted = (...kinds: MediaKind[]): string =>
  RULES.filter(({ kind }) => kinds.includes(kind))
    .flatMap(({ types, extensions }) => [...types, ...extensions.map((each) => `.${each}`)])
    .join(',')

/** For file choosers. Any picture may be chosen: those of other kinds are made into one that is taken. */
export const ACCEPT = {
  pictures: `image/*,${accepted('video')}`,
  documents: accepted('file', 'voice'),
} as const
