import type { ReactNode } from 'react'
import type { Message } from '../../api/person/message-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { chatWords } from '../words.ts'
import { ContactContent } from './contact-content.tsx'
import { FileContent } from './file-content.tsx'
import { ImageContent } from './image-content.tsx'
import { LocationContent } from './location-content.tsx'
import { SoundContent } from './sound-content.tsx'
import { TextContent } from './text-content.tsx'
import { VideoContent } from './video-content.tsx'

export interface ContentProps {
  message: Message
  /** Time and tick, to stand at the end of what is said. */
  meta: ReactNode
}

/** What a message says, whatever its type. */
export function MessageContent({ message, meta }: ContentProps): ReactNode {
  const say = useWords(chatWords)
  if (message.deleted) return <Quiet text={say('messages.deleted')} meta={meta} />
  if (message.image_data) return <ImageContent message={message} image={message.image_data} meta={meta} />
  if (message.video_data) return <VideoContent message={message} video={message.video_data} meta={meta} />
  if (message.voice_data) return <SoundContent message={message} voice={message.voice_data} meta={meta} />
  if (message.file_data) return <FileContent message={message} file={message.file_data} meta={meta} />
  if (message.location_data) return <LocationContent place={message.location_data} meta={meta} />
  if (message.contact_data) return <ContactContent contact={message.contact_data} meta={meta} />
  if (message.text !== undefined) return <TextContent text={message.text} meta={meta} />
  return <Quiet text={say('messages.unknown')} meta={meta} />
}

function Quiet({ text, meta }: { text: string; meta: ReactNode }): ReactNode {
  return (
    <div className="flex flex-wrap items-end justify-end gap-x-3 px-3 py-2">
      <span className="grow text-soft italic">{text}</span>
      {meta}
    </div>
  )
}
