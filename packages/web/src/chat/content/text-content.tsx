import { Fragment, type ReactNode, useMemo } from 'react'
import { linkedText } from './linked-text.ts'

/** A text as it was written, in its own direction; the time stands at the end of its last line. */
export function TextContent({ text, meta }: { text: string; meta: ReactNode }): ReactNode {
  const pieces = useMemo(() => linkedText(text), [text])
  return (
    <div dir="auto" className="relative px-3 py-2">
      <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        {pieces.map(({ text: piece, at, href }) =>
          href === null ? (
            <Fragment key={at}>{piece}</Fragment>
          ) : (
            <a
              key={at}
              href={href}
              target="_blank"
              rel="noopener noreferrer"
              className="text-accent underline underline-offset-4"
            >
              <bdi>{piece}</bdi>
            </a>
          ),
        )}
      </span>
      {/* Keeps the room that the time takes, on the last line or on one of its own. */}
      <span aria-hidden="true" className="invisible inline-block h-4 ps-3 select-none" inert>
        <bdi>{meta}</bdi>
      </span>
      <span className="absolute end-3 bottom-1.5">
        <bdi>{meta}</bdi>
      </span>
    </div>
  )
}
