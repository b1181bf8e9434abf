import { ImageOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'

/** A picture of a post from wherever the host keeps it; a sign where it cannot be loaded. */
export function PostImage({
  url,
  alt,
  className,
}: {
  url: string | null
  alt: string
  className: string
}): ReactNode {
  const [broken, setBroken] = useState<string | null>(null)
  if (url === null || broken === url) {
    return (
      <span
        aria-hidden="true"
        className={`grid shrink-0 place-items-center rounded-small bg-sunken text-soft ${className}`}
      >
        <ImageOff className="size-5" />
      </span>
    )
  }
  return (
    <img
      src={url}
      alt={alt}
      loading="lazy"
      referrerPolicy="no-referrer"
      className={`shrink-0 rounded-small bg-sunken object-cover ${className}`}
      onError={() => setBroken(url)}
    />
  )
}
