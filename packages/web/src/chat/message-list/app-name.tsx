import { Blocks } from 'lucide-react'
import type { ReactNode } from 'react'
import type { AppLabel } from '../../api/person/message-shapes.ts'
import { BidiText } from '../../ui/bidi-text.tsx'

/** Which app wrote: nobody is to take its words for a person's. */
export function AppName({ app }: { app: AppLabel }): ReactNode {
  return (
    <div className="flex items-center gap-1.5 px-3 pt-2 text-sm font-semibold text-app">
      <Blocks aria-hidden="true" className="size-4 shrink-0" />
      <BidiText className="truncate">{app.display_name}</BidiText>
    </div>
  )
}
