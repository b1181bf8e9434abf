import { Check, Unplug } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import type { Grant } from '../../api/person/person-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Button } from '../../ui/button.tsx'
import { connectedWords } from './words.ts'

export interface ConnectedAppCardProps {
  grant: Grant
  onDisconnect: () => void
}

/** An app and what it may do, each in the words of the consent page. */
export function ConnectedAppCard({ grant, onDisconnect }: ConnectedAppCardProps): ReactNode {
  const say = useWords(connectedWords)
  const { day, dayKey } = useFormat()
  const { app, scopes, created_at: since, updated_at: changed } = grant
  const id = useId()
  return (
    <article aria-labelledby={id} className="grid gap-4 rounded-large border border-line bg-paper p-4 sm:p-6">
      <div className="flex items-start gap-3 sm:gap-4">
        <Avatar name={app.display_name} imageUrl={app.avatar_url} shape="app" />
        <div className="grid min-w-0 grow gap-0.5">
          <h2 id={id} className="text-lg font-semibold [overflow-wrap:anywhere]">
            <BidiText>{app.display_name}</BidiText>
          </h2>
          <p className="text-sm text-soft">
            {say('since', { day: day(since) })}
            {dayKey(changed) !== dayKey(since) && ` · ${say('changed', { day: day(changed) })}`}
          </p>
        </div>
        <Button
          kind="quiet"
          className="max-sm:hidden"
          icon={<Unplug className="size-4" />}
          onClick={onDisconnect}
          aria-label={say('disconnectNamed', { name: app.display_name })}
        >
          {say('disconnect')}
        </Button>
      </div>
      {app.description !== '' && (
        <p className="text-soft text-pretty [overflow-wrap:anywhere]">
          <BidiText>{app.description}</BidiText>
        </p>
      )}
      <div className="grid gap-2 rounded-normal bg-ground p-4">
        <h3 className="text-sm font-semibold text-soft">{say('may')}</h3>
        {scopes.length === 0 ? (
          <p>{say('nothing')}</p>
        ) : (
          <ul className="grid gap-2">
            {scopes.map(({ scope, display }) => (
              <li key={scope} className="flex items-start gap-2">
                <Check aria-hidden="true" className="mt-1 size-4 shrink-0 text-accent" />
                <BidiText className="min-w-0 [overflow-wrap:anywhere]">{display}</BidiText>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Button className="sm:hidden" icon={<Unplug className="size-4" />} onClick={onDisconnect}>
        {say('disconnect')}
      </Button>
    </article>
  )
}
