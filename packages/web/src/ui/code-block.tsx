import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'

/** Code, always left to right, with a button that copies all of it. */
export function CodeBlock({ code, label }: { code: string; label?: string }): ReactNode {
  return (
    <div className="overflow-hidden rounded-normal border border-line bg-sunken">
      <div className="flex items-center justify-between border-b border-line ps-3">
        <span className="text-xs font-semibold text-soft">{label}</span>
        <CopyButton text={code} />
      </div>
      <pre tabIndex={0} className="max-h-96 overflow-auto p-3 text-sm">
        <code>{code}</code>
      </pre>
    </div>
  )
}
