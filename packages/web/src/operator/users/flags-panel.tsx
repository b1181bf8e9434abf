import { type ReactNode, useState } from 'react'
import { type OperatedUser, USER_FLAGS, type UserFlag } from '../../api/operator/operator-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Panel } from '../../ui/panel.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useChange } from '../frame/operator-queries.ts'
import { operatorWords } from '../words.ts'
import { usersWords } from './words.ts'

/** What holds for a person, each changed after one more look. */
export function FlagsPanel({ user }: { user: OperatedUser }): ReactNode {
  const say = useWords(usersWords)
  const sayAll = useWords(operatorWords)
  const sayFailure = useWords(uiWords)
  const toast = useToast()
  const change = useChange<OperatedUser>()
  const [asked, setAsked] = useState<UserFlag | null>(null)
  const name = user.name || user.host_id
  const flag = asked ?? 'blacklisted'
  const isTaken = user[flag]
  const set = (): void =>
    change.mutate(
      { method: 'PATCH', path: `/users/${encodeURIComponent(user.host_id)}`, body: { [flag]: !isTaken } },
      {
        onSuccess: () => toast({ text: say('done', { name }) }),
        onError: (error) => toast({ text: failureWords(sayFailure, error), tone: 'bad' }),
        onSettled: () => setAsked(null),
      },
    )
  return (
    <Panel title={say('rights')} description={say('rightsText')}>
      <div className="grid divide-y divide-line">
        {USER_FLAGS.map((each) => (
          <Switch
            key={each}
            label={sayAll(`flag.${each}`)}
            hint={say(`hint.${each}`)}
            checked={user[each]}
            onChange={() => setAsked(each)}
          />
        ))}
      </div>
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={say(isTaken ? `take.${flag}` : `give.${flag}`, { name })}
        confirm={say(isTaken ? 'confirmTake' : 'confirmGive')}
        dangerous={isTaken === (flag !== 'blacklisted')}
        busy={change.isPending}
        onConfirm={set}
      >
        <p>{say(isTaken ? `takeText.${flag}` : `hint.${flag}`)}</p>
      </ConfirmDialog>
    </Panel>
  )
}
