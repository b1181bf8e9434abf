import { type ReactNode, useState } from 'react'
import { classNames } from './class-names.ts'

const SIZE = { small: 'size-8 text-sm', normal: 'size-11 text-base', large: 'size-16 text-2xl' } as const

export interface AvatarProps {
  name: string
  imageUrl?: string | null | undefined
  /** An app is square, a person round. */
  shape?: 'person' | 'app'
  size?: keyof typeof SIZE
}

/** A picture, or the first letter where there is none or it cannot be loaded. The name stands beside it. */
export function Avatar({ name, imageUrl, shape = 'person', size = 'normal' }: AvatarProps): ReactNode {
  const [broken, setBroken] = useState<string | null>(null)
  const outline =
    shape === 'app' ? 'rounded-normal bg-app-soft text-app' : 'rounded-full bg-accent-soft text-accent'
  return (
    <span
      aria-hidden="true"
      className={classNames(
        'inline-grid shrink-0 place-items-center overflow-hidden font-semibold',
        outline,
        SIZE[size],
      )}
    >
      {imageUrl && broken !== imageUrl ? (
        <img
          src={imageUrl}
          alt=""
          referrerPolicy="no-referrer"
          loading="lazy"
          className="size-full object-cover"
          onError={() => setBroken(imageUrl)}
        />
      ) : (
        <bdi>{firstLetter(name)}</bdi>
      )}
    </span>
  )
}

function firstLetter(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name.trim())
  return first?.segment ?? '?'
}
