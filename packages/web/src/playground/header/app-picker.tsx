import { Blocks, ChevronDown, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { isolate, useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Menu, MenuChoice, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { playgroundWords } from '../words.ts'

export interface AppPickerProps {
  slugs: readonly string[]
  app: string | null
  onChoose: (slug: string) => void
  onNew: () => void
}

/** Which app the tools are about; a new one. */
export function AppPicker({ slugs, app, onChoose, onNew }: AppPickerProps): ReactNode {
  const say = useWords(playgroundWords)
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex min-h-11 min-w-0 items-center gap-2 rounded-normal px-2 font-semibold hover:bg-sunken"
        >
          <Blocks aria-hidden="true" className="size-5 shrink-0 text-app" />
          <span className="sr-only">{say('app')}</span>
          <span className="truncate text-sm">{app === null ? say('noApp') : <BidiText>{app}</BidiText>}</span>
          <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-soft" />
        </button>
      }
    >
      <MenuChoice
        label={say('app')}
        value={app ?? ''}
        options={slugs.map((slug) => ({ value: slug, label: isolate(slug) }))}
        onChange={onChoose}
      />
      <MenuLine />
      <MenuItem icon={<Plus />} onSelect={onNew}>
        {say('newApp')}
      </MenuItem>
    </Menu>
  )
}
