import './styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createI18n } from './i18n/i18n.ts'
import { createPageRouter } from './router.tsx'
import { AppRoot } from './shell/app-root.tsx'
import { nameMissingParts } from './shell/missing-part.ts'
import { pageBase } from './shell/page-base.ts'
import { readStartData } from './shell/start-data.ts'

nameMissingParts()
const start = readStartData(document)
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content
// Read by the library that locks scrolling below dialogs, which makes a <style>.
if (nonce) Object.assign(globalThis, { __webpack_nonce__: nonce })

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <AppRoot
      start={start}
      i18n={createI18n(start.locale)}
      router={createPageRouter({ base: pageBase(location.pathname), start })}
    />
  </StrictMode>,
)
