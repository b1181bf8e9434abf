import { ZapOff } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import type { Scene } from '../scene.ts'
import { useFaultsOn } from '../use-faults-on.ts'
import { playgroundWords } from '../words.ts'

export interface FaultChipProps {
  slug: string
  scene: Scene | null
  onOpen: () => void
  /** Something has been switched on. */
  onFault: () => void
}

/** Says that something is made to go wrong, so that nobody looks for the mistake elsewhere. */
export function FaultChip({ slug, scene, onOpen, onFault }: FaultChipProps): ReactNode {
  const say = useWords(playgroundWords)
  const { count } = useFaultsOn(slug, scene)
  const isOn = count > 0
  useEffect(() => {
    if (isOn) onFault()
  }, [isOn, onFault])
  if (!isOn) return null
  return (
    <button
      type="button"
      onClick={onOpen}
      className="inline-flex min-h-9 animate-rise items-center gap-1.5 rounded-full border border-bad bg-bad-soft px-3 text-sm font-semibold text-bad"
    >
      <ZapOff aria-hidden="true" className="size-4" />
      {say('faultsOn', { count })}
    </button>
  )
}
