import { Eye, EyeOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { DevelopmentApp } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { IconButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { appWords } from './app-words.ts'

const SECRETS = ['client_id', 'client_secret', 'api_key', 'identification_key', 'webhook_secret'] as const

const MASK = '••••••••••••'

/** Keys and secrets, which stay out of sight, and out of pictures of the screen, until they are asked for. */
export function Credentials({ app }: { app: DevelopmentApp }): ReactNode {
  const say = useWords(appWords)
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set(['client_id']))
  const toggle = (name: string): void =>
    setShown((before) =>
      before.has(name) ? before.difference(new Set([name])) : before.union(new Set([name])),
    )
  return (
    <section className="grid gap-2">
      <h3 className="font-semibold">{say('credentials')}</h3>
      <p className="text-sm text-soft">{say('credentialsHint')}</p>
      <ul className="grid divide-y divide-line rounded-large border border-line">
        {SECRETS.map((name) => {
          const value = app[name]
          const isShown = shown.has(name)
          const what = say(`secret.${name}`)
          return (
            <li key={name} className="flex items-center gap-1 py-1 ps-4 pe-1">
              <div className="min-w-0 grow">
                <p className="text-xs font-semibold text-soft">{what}</p>
                <p className="text-sm break-all">
                  {value === null ? (
                    <span className="text-soft">{say('none')}</span>
                  ) : (
                    <code>{isShown ? value : MASK}</code>
                  )}
                </p>
              </div>
              {value !== null && (
                <>
                  {name !== 'client_id' && (
                    <IconButton
                      label={say(isShown ? 'hide' : 'show', { what })}
                      aria-pressed={isShown}
                      onClick={() => toggle(name)}
                    >
                      {isShown ? <EyeOff /> : <Eye />}
                    </IconButton>
                  )}
                  <CopyButton text={value} />
                </>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
