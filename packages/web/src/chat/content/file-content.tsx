import { FileText } from 'lucide-react'
import type { ReactNode } from 'react'
import type { FileData, Message } from '../../api/person/message-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { BidiText } from '../../ui/bidi-text.tsx'

export interface FileContentProps {
  message: Message
  file: FileData
  meta: ReactNode
}

/** A document: its name, its size, and the way to get it. */
export function FileContent({ file, meta }: FileContentProps): ReactNode {
  const { bytes } = useFormat()
  const inside = (
    <>
      <span className="grid size-11 shrink-0 place-items-center rounded-full bg-accent text-on-accent">
        <FileText aria-hidden="true" className="size-5" />
      </span>
      <span className="grid min-w-0">
        <BidiText className="line-clamp-2 font-semibold [overflow-wrap:anywhere]">{file.name}</BidiText>
        <span className="text-sm text-soft">{bytes(file.size_bytes)}</span>
      </span>
    </>
  )
  return (
    <div className="grid gap-1 px-3 py-2">
      {file.link === '' ? (
        <span className="flex items-center gap-3">{inside}</span>
      ) : (
        <a
          href={file.link}
          download={file.name}
          target="_blank"
          rel="noopener noreferrer"
          className="flex items-center gap-3 rounded-normal"
        >
          {inside}
        </a>
      )}
      <span className="flex justify-end">{meta}</span>
    </div>
  )
}
