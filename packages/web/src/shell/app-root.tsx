import { type AnyRouter, RouterProvider } from '@tanstack/react-router'
import type { i18n } from 'i18next'
import { Direction } from 'radix-ui'
import type { ReactNode } from 'react'
import { I18nextProvider, useTranslation } from 'react-i18next'
import { directionOf, type Locale } from '../i18n/locale.ts'
import { Toasts } from '../ui/toasts.tsx'
import { StartProvider } from './start-context.tsx'
import type { StartData } from './start-data.ts'

export interface AppRootProps {
  start: StartData
  i18n: i18n
  router: AnyRouter
}

export function AppRoot({ start, i18n, router }: AppRootProps): ReactNode {
  return (
    <StartProvider value={start}>
      <I18nextProvider i18n={i18n}>
        <Directed>
          <Toasts>
            <RouterProvider router={router} />
          </Toasts>
        </Directed>
      </I18nextProvider>
    </StartProvider>
  )
}

function Directed({ children }: { children: ReactNode }): ReactNode {
  const { i18n } = useTranslation()
  return <Direction.Provider dir={directionOf(i18n.language as Locale)}>{children}</Direction.Provider>
}
