import { Pause, Play } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import type { Message, VoiceData } from '../../api/person/message-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { useFreshLink } from './use-fresh-link.ts'
import { mediaWords } from './words.ts'

const SPEEDS = [1, 1.5, 2] as const

export interface SoundContentProps {
  message: Message
  voice: VoiceData
  meta: ReactNode
}

/** A recording: play, place, speed. Nothing of it is loaded before it is played. */
export function SoundContent({ message, voice, meta }: SoundContentProps): ReactNode {
  const say = useWords(mediaWords)
  const { clock, number } = useFormat()
  const audio = useRef<HTMLAudioElement>(null)
  const [isPlaying, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState<number | null>(null)
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>(1)
  const { isBroken, onError } = useFreshLink(message, voice.link)

  const toggle = (): void => {
    const player = audio.current
    if (!player) return
    if (player.paused) void player.play().catch(() => setPlaying(false))
    else player.pause()
  }
  const faster = (): void => {
    const next = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1
    setSpeed(next)
    if (audio.current) audio.current.playbackRate = next
  }
  return (
    <div className="grid w-64 max-w-full gap-1 px-3 py-2">
      <audio
        ref={audio}
        src={voice.link || undefined}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setAt(0)}
        onTimeUpdate={({ currentTarget }) => setAt(currentTarget.currentTime)}
        onDurationChange={({ currentTarget: { duration } }) =>
          setLength(Number.isFinite(duration) ? duration : null)
        }
        onError={voice.link === '' ? undefined : onError}
      >
        <track kind="captions" />
      </audio>
      <div className="flex items-center gap-3">
        <button
          type="button"
          onClick={toggle}
          disabled={voice.link === '' || isBroken}
          aria-label={isPlaying ? say('pause') : say('play')}
          className="grid size-11 shrink-0 place-items-center rounded-full bg-accent text-on-accent hover:bg-accent-strong disabled:opacity-60"
        >
          {isPlaying ? (
            <Pause aria-hidden="true" className="size-5" />
          ) : (
            <Play aria-hidden="true" className="points size-5" />
          )}
        </button>
        <input
          type="range"
          aria-label={say('position')}
          aria-valuetext={clock(at)}
          min={0}
          max={length ?? 1}
          step={0.1}
          value={at}
          disabled={length === null}
          onChange={({ target }) => {
            setAt(Number(target.value))
            if (audio.current) audio.current.currentTime = Number(target.value)
          }}
          className="h-6 min-w-0 grow accent-accent"
        />
        <button
          type="button"
          onClick={faster}
          aria-label={`${say('speed')} ${number(speed)}`}
          className="min-h-9 min-w-9 rounded-small text-sm font-semibold text-soft hover:bg-sunken"
        >
          <bdi dir="ltr">{number(speed)}×</bdi>
        </button>
      </div>
      <div className="flex items-end justify-between text-xs text-soft">
        <span className="tabular-nums">
          {isBroken ? say('broken') : clock(length !== null && at === 0 ? length : at)}
        </span>
        {meta}
      </div>
    </div>
  )
}
