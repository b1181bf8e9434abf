import { type ReactNode, useEffect, useState } from 'react'
import type { ButtonGrid, Message, MessageButton } from '../../api/person/message-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Spinner } from '../../ui/spinner.tsx'
import { chatWords } from '../words.ts'
import { AppButton } from './app-button.tsx'
import { ButtonIcon } from './button-icon.tsx'
import { OfferedPage } from './offered-page.tsx'
import { useAppClicks } from './use-app-clicks.ts'

const COLUMNS = ['grid-cols-1', 'grid-cols-1', 'grid-cols-2', 'grid-cols-3'] as const

const LOOK =
  'relative flex min-h-11 min-w-0 items-center justify-center gap-2 rounded-normal border border-transparent bg-app-soft px-3 py-1.5 text-center text-sm font-semibold text-app transition-colors hover:border-app disabled:cursor-progress'

/** Where a button is in the grid, both from 0. */
interface ButtonPlace {
  row: number
  column: number
}

const nameOf = ({ row, column }: ButtonPlace): string => `${row} ${column}`

const placedButtons = (grid: ButtonGrid): { button: MessageButton; place: ButtonPlace }[][] =>
  grid.rows.map(({ buttons }, row) => buttons.map((button, column) => ({ button, place: { row, column } })))

/** My own buttons under a message, in the rows that the app made. */
export function ButtonRows({ message, grid }: { message: Message; grid: ButtonGrid }): ReactNode {
  const appName = message.app?.display_name ?? ''
  const clicks = useAppClicks({ app: appName })
  const path = `/me/v1/conversations/${message.conversation_id}/messages/${message.id}/click`
  return (
    <div className="grid w-full gap-1">
      {placedButtons(grid).map((buttons) => (
        <div key={buttons[0]?.place.row} className={`grid gap-1 ${COLUMNS[buttons.length] ?? 'grid-cols-3'}`}>
          {buttons.map(({ button, place }) => (
            <OneButton
              key={place.column}
              button={button}
              appName={appName}
              since={clicks.underWay.get(nameOf(place))}
              onPress={() => clicks.press({ name: nameOf(place), action: button.action, path, body: place })}
            />
          ))}
        </div>
      ))}
      <OfferedPage clicks={clicks} appName={appName} />
    </div>
  )
}

interface OneButtonProps {
  button: MessageButton
  appName: string
  /** When the app was asked; milliseconds since 1970. */
  since: number | undefined
  onPress: () => void
}

const OneButton = ({ button, appName, since, onPress }: OneButtonProps): ReactNode => (
  <AppButton
    action={button.action}
    look={LOOK}
    onPress={onPress}
    waiting={since === undefined ? null : <Elapsed since={since} appName={appName} />}
  >
    {since === undefined ? (
      button.icon !== undefined && <ButtonIcon name={button.icon} />
    ) : (
      <Spinner className="shrink-0" />
    )}
    <bdi dir="auto" className="line-clamp-3 min-w-0 [overflow-wrap:anywhere]">
      {button.caption}
    </bdi>
  </AppButton>
)

const TICK_MS = 100

/** How long the app has been asked; read out once only. */
function Elapsed({ since, appName }: { since: number; appName: string }): ReactNode {
  const say = useWords(chatWords)
  const { duration } = useFormat()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <span className="text-xs font-normal tabular-nums">
      <span aria-hidden="true">{duration(Math.max(1000, now - since))}</span>
      <span role="status" className="sr-only">
        {say('press.waiting', { name: appName })}
      </span>
    </span>
  )
}
