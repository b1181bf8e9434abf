import { useRef, useState } from 'react'
import type { ButtonAction } from '../../api/person/message-shapes.ts'
import type { ClickResult } from '../../api/person/person-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { failureWords } from '../../ui/failure-words.ts'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { usePerson } from '../person-scope.tsx'
import { chatWords } from '../words.ts'
import { browserTabs } from './browser-tabs.ts'
import { conclude, leadsToPage, type Outcome } from './press-button.ts'

/** A button that is pressed, and how the server is told. */
export interface AppClick {
  /** Of the button, among those of the same message or notice. */
  name: string
  action: ButtonAction
  path: string
  body: object
}

export interface AppClicks {
  /** By name, since when the app is asked: milliseconds since 1970. */
  underWay: ReadonlyMap<string, number>
  press: (click: AppClick) => void
  /** A page that the browser did not let open. */
  offer: string | null
  closeOffer: () => void
}

export interface AppClicksOptions {
  /** Display name. */
  app: string
  /** Of all buttons only one at a time, and not each once. */
  oneAtATime?: boolean
}

/** Presses of an app's buttons: carried out by the server, which may ask the app for up to five seconds. */
export function useAppClicks({ app, oneAtATime = false }: AppClicksOptions): AppClicks {
  const { request } = usePerson()
  const say = useWords(chatWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const [underWay, setUnderWay] = useState<ReadonlyMap<string, number>>(new Map())
  const [offer, setOffer] = useState<string | null>(null)
  const pressed = useRef(new Set<string>())

  const show = (outcome: Outcome): void => {
    if (outcome.kind === 'offer') setOffer(outcome.url)
    if (outcome.kind === 'failed') toast({ text: outcome.text ?? say('press.failed'), tone: 'bad' })
    if (outcome.kind === 'toast') toast({ text: outcome.text, from: app })
    if ('toast' in outcome && outcome.toast !== null) toast({ text: outcome.toast, from: app })
  }

  const press = ({ name, action, path, body }: AppClick): void => {
    const click = () => request<ClickResult>('POST', path, { body })
    if ('open_direct_link' in action) {
      // The link itself leads there; the app's developer sees in the console that it was pressed.
      click().catch(() => {})
      return
    }
    if (oneAtATime ? pressed.current.size > 0 : pressed.current.has(name)) return
    pressed.current.add(name)
    const tabs = browserTabs(window, say('press.opening', { name: app }))
    const tab = leadsToPage(action) ? tabs.openTab() : null
    setUnderWay((before) => new Map(before).set(name, Date.now()))
    click()
      .then(
        (result) => show(conclude(result, tab, tabs)),
        (error: unknown) => {
          tab?.close()
          toast({ text: failureWords(sayUi, error), tone: 'bad' })
        },
      )
      .finally(() => {
        pressed.current.delete(name)
        setUnderWay((before) => new Map([...before].filter(([other]) => other !== name)))
      })
  }

  return { underWay, press, offer, closeOffer: () => setOffer(null) }
}
