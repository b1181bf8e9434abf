import { MapPin } from 'lucide-react'
import type { ReactNode } from 'react'
import type { LocationData } from '../../api/person/message-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { ExternalLink } from '../../ui/external-link.tsx'
import { mediaWords } from './words.ts'

const DIGITS = 5

/** Of a map that asks for no key; nothing of it is loaded before the person goes there. */
const mapLink = ({ latitude, longitude }: LocationData): string =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`

export function LocationContent({ place, meta }: { place: LocationData; meta: ReactNode }): ReactNode {
  const say = useWords(mediaWords)
  return (
    <div className="grid gap-2 px-3 py-2">
      <div className="flex items-center gap-3">
        <span className="grid size-11 shrink-0 place-items-center rounded-full bg-accent-soft text-accent">
          <MapPin aria-hidden="true" className="size-5" />
        </span>
        <span className="grid min-w-0">
          <span className="font-semibold">{say('place')}</span>
          <bdi dir="ltr" className="truncate text-sm text-soft tabular-nums">
            {place.latitude.toFixed(DIGITS)}, {place.longitude.toFixed(DIGITS)}
          </bdi>
        </span>
      </div>
      <div className="flex flex-wrap items-end justify-between gap-3">
        <ExternalLink href={mapLink(place)}>{say('openMap')}</ExternalLink>
        {meta}
      </div>
    </div>
  )
}
