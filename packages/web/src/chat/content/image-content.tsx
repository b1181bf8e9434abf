import { ImageOff } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import type { ImageData, Message } from '../../api/person/message-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { pictureSize } from './picture-size.ts'
import { useFreshLink } from './use-fresh-link.ts'
import { mediaWords } from './words.ts'

const ImageViewer = lazy(() =>
  import('./image-viewer.tsx').then(({ ImageViewer: component }) => ({ default: component })),
)

const ROOM_FOR_WORDS_PX = 200

export interface ImageContentProps {
  message: Message
  image: ImageData
  meta: ReactNode
}

/** A picture; its room is kept before it is there. A press shows it large. */
export function ImageContent({ message, image, meta }: ImageContentProps): ReactNode {
  const say = useWords(mediaWords)
  const [isOpen, setOpen] = useState(false)
  const { isBroken, onError } = useFreshLink(message, image.link)
  const { width, height } = pictureSize(image.width_px, image.height_px)
  return (
    <>
      <button
        type="button"
        aria-label={say('openImage')}
        disabled={isBroken || image.link === ''}
        onClick={() => setOpen(true)}
        className="relative block max-w-full bg-sunken"
        style={{ width, aspectRatio: `${width} / ${height}` }}
      >
        {isBroken ? (
          <span className="absolute inset-0 grid place-content-center justify-items-center gap-2 p-3 text-sm text-soft">
            <ImageOff aria-hidden="true" className="size-6" />
            <span className={width < ROOM_FOR_WORDS_PX ? 'sr-only' : ''}>{say('broken')}</span>
          </span>
        ) : (
          image.link !== '' && (
            <img
              src={image.thumbnail_link ?? image.link}
              alt={say('image')}
              width={width}
              height={height}
              decoding="async"
              className="size-full object-cover"
              onError={onError}
            />
          )
        )}
        <span className="absolute end-2 bottom-2 rounded-full bg-paper/85 px-2">{meta}</span>
      </button>
      {isOpen && (
        <Suspense>
          <ImageViewer message={message} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
