import { Markup, markup } from './markup.ts'

/** Strokes on a field of 24 by 24. */
const STROKES = {
  alert: '<path d="M12 8v5"/><path d="M12 16.5h.01"/><circle cx="12" cy="12" r="9"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  clock: '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>',
  info: '<circle cx="12" cy="12" r="9"/><path d="M12 11v5"/><path d="M12 7.5h.01"/>',
  lock: '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
  swap: '<path d="M4 9h15l-3.5-3.5"/><path d="M20 15H5l3.5 3.5"/>',
  warn: '<path d="M12 4 2.8 19.5h18.4Z"/><path d="M12 10v4"/><path d="M12 16.8h.01"/>',
} as const

export type IconName = keyof typeof STROKES

/** Beside words that say the same, so it is not read out. */
export const icon = (name: IconName): Markup =>
  markup`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${new Markup(STROKES[name])}</svg>`

export const BRAND_MARK = new Markup(
  '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="8" fill="#0b7a75"/><path d="M16 5v22M5 16h22" stroke="#fff" stroke-width="3" stroke-linecap="round"/><path d="M16 9.5 22.5 16 16 22.5 9.5 16z" fill="#0b7a75" stroke="#fff" stroke-width="3" stroke-linejoin="round"/></svg>',
)
