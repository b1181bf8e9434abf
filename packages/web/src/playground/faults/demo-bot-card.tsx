import { Bot } from 'lucide-react'
import type { ReactNode } from 'react'
import { useDemoBot, useDemoBotSwitch } from '../../api/development/demo-bot.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Switch } from '../../ui/switch.tsx'
import { FaultGroup } from './fault-row.tsx'
import { faultWords } from './fault-words.ts'

/** Whether the bundled app takes part, and where it leaves the word to another. */
export function DemoBotCard(): ReactNode {
  const say = useWords(faultWords)
  const { data } = useDemoBot()
  const turn = useDemoBotSwitch()
  if (!data) return null
  const enabled = turn.isPending ? turn.variables : data.enabled
  return (
    <FaultGroup title={say('bot.title')}>
      <li className="flex gap-3 rounded-normal border border-line bg-raised px-3 py-1.5">
        <span
          aria-hidden="true"
          className="mt-2.5 grid size-8 shrink-0 place-items-center rounded-small bg-app-soft text-app"
        >
          <Bot className="size-4" />
        </span>
        <div className="min-w-0 grow">
          <Switch
            label={say('bot.label')}
            hint={say('bot.hint')}
            checked={enabled}
            disabled={turn.isPending}
            onChange={(on) => turn.mutate(on)}
          />
          {enabled && !data.connected && <p className="pb-2 text-sm text-warn">{say('bot.alone')}</p>}
          {enabled &&
            data.keeps_still.map(({ post_token: post, app }) => (
              <p key={post} className="pb-2 text-sm text-warn">
                {say('bot.still', { post, app })}
              </p>
            ))}
        </div>
      </li>
    </FaultGroup>
  )
}
