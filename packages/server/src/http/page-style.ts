import { hash } from 'node:crypto'
import { TOKENS } from './page-tokens.ts'

/** From the built pages, where there are any; else the system's. */
const FONTS = `
@font-face { font-family: 'Vazirmatn Variable'; font-weight: 100 900; font-display: swap;
  src: url('/fonts/vazirmatn-arabic.woff2') format('woff2');
  unicode-range: U+0600-06FF, U+0750-077F, U+200C-200E, U+2010-2011, U+204F, U+FB50-FDFF, U+FE70-FEFC }
@font-face { font-family: 'Vazirmatn Variable'; font-weight: 100 900; font-display: swap;
  src: url('/fonts/vazirmatn-latin.woff2') format('woff2');
  unicode-range: U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-200B, U+2012-206F }
`

const FRAME = `
* { box-sizing: border-box }
html { background: var(--ground); color: var(--ink); -webkit-text-size-adjust: 100% }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; grid-template-rows: auto 1fr;
  justify-items: center; padding: 1rem; font: 1rem/1.75 var(--font) }
body > header { display: flex; align-items: center; gap: .5rem; padding-block: .75rem 1.25rem; color: var(--soft);
  font-weight: 600 }
.mark { inline-size: 1.75rem; block-size: 1.75rem; border-radius: .45rem }
main { align-self: center; inline-size: 100%; max-inline-size: 28rem; margin-block-end: clamp(1rem, 9vh, 6rem);
  padding: 2rem; border: 1px solid var(--line); border-radius: var(--radius-large); background: var(--paper);
  box-shadow: var(--shadow); overflow-wrap: anywhere }
main.wide { max-inline-size: 46rem; align-self: start }
@media (max-width: 30rem) { main { padding: 1.5rem 1.25rem } }
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.5; font-weight: 700; text-wrap: balance }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; line-height: 1.5 }
h3 { margin: .9rem 0 .15rem; font-size: .875rem; color: var(--soft) }
p { margin: 0 0 .75rem }
a { color: var(--accent); text-underline-offset: .2em }
a:hover { color: var(--accent-strong) }
code, pre { font-family: var(--font-code); font-size: .875em }
pre { margin: 0 0 .75rem; padding: .75rem 1rem; border-radius: var(--radius-small); background: var(--sunken);
  direction: ltr; white-space: pre-wrap }
.command { display: block; margin: 0 0 .75rem; padding: .75rem 1rem; border-radius: var(--radius-small);
  background: var(--sunken); direction: ltr; user-select: all }
.english { display: block; direction: ltr; text-align: start }
.soft { color: var(--soft); font-size: .875rem }
.icon { inline-size: 1.5rem; block-size: 1.5rem; flex: none; fill: none; stroke: currentcolor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
`

const PARTS = `
.badge { display: grid; place-items: center; inline-size: 3.25rem; block-size: 3.25rem; margin-block-end: 1.25rem;
  border-radius: var(--radius); background: var(--accent-soft); color: var(--accent) }
.badge.warn { background: var(--warn-soft); color: var(--warn) }
.badge.bad { background: var(--bad-soft); color: var(--bad) }
.badge.good { background: var(--good-soft); color: var(--good) }
.ways { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.25rem 0 0 }
.button, button { display: inline-flex; align-items: center; justify-content: center; min-block-size: 2.75rem;
  padding: .5rem 1.25rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--raised);
  color: var(--ink); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
  transition: background-color .15s, border-color .15s }
.button:hover, button:hover { border-color: var(--line-strong); background: var(--sunken); color: var(--ink) }
.button.main, button.main { border-color: transparent; background: var(--accent); color: var(--on-accent) }
.button.main:hover, button.main:hover { background: var(--accent-strong); color: var(--on-accent) }
.warning { display: flex; gap: .6rem; padding: .75rem .9rem; border-radius: var(--radius); color: var(--warn);
  background: var(--warn-soft); font-size: .9375rem; line-height: 1.65 }
.warning .icon { inline-size: 1.25rem; block-size: 1.25rem; margin-block-start: .2rem }
ul { margin: 0 0 1rem; padding: 0; list-style: none }
ul.lines > li { padding: .7rem 0; border-block-end: 1px solid var(--line) }
ul.lines > li:last-child { border-block-end: 0 }
main > :last-child { margin-block-end: 0 }
li p { margin: .15rem 0 0 }
form { display: grid; gap: .6rem; margin: 0 0 1rem }
@media (prefers-reduced-motion: reduce) { * { transition: none !important } }
`

const PEOPLE = `
.faces { display: flex; align-items: center; gap: .75rem; margin-block-end: 1.25rem; color: var(--soft) }
.face { display: grid; place-items: center; inline-size: 3.5rem; block-size: 3.5rem; flex: none; overflow: hidden;
  border-radius: 50%; background: var(--accent-soft); color: var(--accent); font-size: 1.375rem; font-weight: 700;
  line-height: 1 }
.face.app { border-radius: 1rem; background: var(--app-soft); color: var(--app) }
.face img { inline-size: 100%; block-size: 100%; object-fit: cover }
.promises { display: grid; gap: .7rem; margin-block: .5rem 1.5rem }
.promises li { display: flex; gap: .65rem }
.promises .icon { inline-size: 1.25rem; block-size: 1.25rem; margin-block-start: .25rem; color: var(--accent) }
.promises bdi { font-weight: 600 }
button.person { justify-content: flex-start; gap: .9rem; padding: .75rem .9rem; text-align: start; font-weight: 400;
  line-height: 1.5 }
button.person .face { inline-size: 2.75rem; block-size: 2.75rem; font-size: 1.125rem }
button.person strong { display: block }
button.person small { display: block; color: var(--soft); font-size: .8125rem }
`

/** The one style sheet of the pages that the server renders itself. */
export const PAGE_STYLE = [FONTS, TOKENS, FRAME, PARTS, PEOPLE].join('')

/** As a source of Content-Security-Policy: this sheet may be on a page, and no other style. */
export const PAGE_STYLE_SOURCE = `'sha256-${hash('sha256', PAGE_STYLE, 'base64')}'`
