import { Play, VideoOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Message, VideoData } from '../../api/person/message-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { useFreshLink } from './use-fresh-link.ts'
import { mediaWords } from './words.ts'

export interface VideoContentProps {
  message: Message
  video: VideoData
  meta: ReactNode
}

/** A film: its picture first; played where it stands, with the browser's own controls. */
export function VideoContent({ message, video, meta }: VideoContentProps): ReactNode {
  const say = useWords(mediaWords)
  const { bytes } = useFormat()
  const [isOpen, setOpen] = useState(false)
  const { isBroken, onError } = useFreshLink(message, video.link)
  return (
    <div className="w-80 max-w-full">
      <div className="relative aspect-video bg-sunken">
        {isBroken && (
          <span className="absolute inset-0 grid place-content-center justify-items-center gap-2 text-sm text-soft">
            <VideoOff aria-hidden="true" className="size-6" />
            {say('broken')}
          </span>
        )}
        {!isBroken && isOpen && (
          <video
            src={video.link}
            poster={video.thumbnail_link || undefined}
            controls
            autoPlay
            playsInline
            aria-label={say('video')}
            className="size-full bg-black object-contain"
            onError={onError}
          >
            <track kind="captions" />
          </video>
        )}
        {!isBroken && !isOpen && (
          <button
            type="button"
            aria-label={`${say('play')}: ${say('video')}`}
            disabled={video.link === ''}
            onClick={() => setOpen(true)}
            className="group absolute inset-0 grid place-items-center"
          >
            {video.thumbnail_link !== '' && (
              <img
                src={video.thumbnail_link}
                alt=""
                loading="lazy"
                className="absolute inset-0 size-full object-cover"
              />
            )}
            <span className="relative grid size-14 place-items-center rounded-full bg-paper/85 text-ink group-hover:bg-paper">
              <Play aria-hidden="true" className="points size-6" />
            </span>
          </button>
        )}
      </div>
      <div className="flex items-center justify-between px-3 py-1.5 text-xs text-soft">
        <span>{bytes(video.size_bytes)}</span>
        {meta}
      </div>
    </div>
  )
}
