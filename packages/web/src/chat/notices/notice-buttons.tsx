import type { ReactNode } from 'react'
import type { Notice, NoticeButton } from '../../api/person/notice-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { classNames } from '../../ui/class-names.ts'
import { Spinner } from '../../ui/spinner.tsx'
import { AppButton } from '../buttons/app-button.tsx'
import { OfferedPage } from '../buttons/offered-page.tsx'
import { useAppClicks } from '../buttons/use-app-clicks.ts'
import { chatWords } from '../words.ts'

const LOOK =
  'inline-flex min-h-11 max-w-full items-center justify-center gap-2 rounded-normal border px-4 py-1.5 text-sm font-semibold transition-colors disabled:cursor-progress disabled:opacity-60'
const KIND = {
  primary: 'border-transparent bg-app-soft text-app hover:border-app',
  secondary: 'border-line bg-raised text-ink hover:border-line-strong hover:bg-sunken',
} as const

/** What the app offers to do about its notice. */
export function NoticeButtons({ notice }: { notice: Notice }): ReactNode {
  const { id, app, primary_button: primary, secondary_button: secondary } = notice
  const say = useWords(chatWords)
  const clicks = useAppClicks({ app: app.display_name, oneAtATime: true })
  if (!primary && !secondary) return null
  const one = (name: keyof typeof KIND, { action, title }: NoticeButton): ReactNode => {
    const isUnderWay = clicks.underWay.has(name)
    return (
      <AppButton
        action={action}
        look={classNames(LOOK, KIND[name])}
        isDisabled={clicks.underWay.size > 0}
        onPress={() =>
          clicks.press({ name, action, path: `/me/v1/notices/${id}/click`, body: { button: name } })
        }
        waiting={
          isUnderWay ? (
            <span role="status" className="sr-only">
              {say('press.waiting', { name: app.display_name })}
            </span>
          ) : null
        }
      >
        {isUnderWay && <Spinner className="shrink-0" />}
        <bdi dir="auto" className="line-clamp-2 min-w-0 [overflow-wrap:anywhere]">
          {title}
        </bdi>
      </AppButton>
    )
  }
  return (
    <div className="flex flex-wrap gap-2">
      {primary && one('primary', primary)}
      {secondary && one('secondary', secondary)}
      <OfferedPage clicks={clicks} appName={app.display_name} />
    </div>
  )
}
