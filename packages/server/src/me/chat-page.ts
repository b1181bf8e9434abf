import { isolated, type Markup, markup } from '../http/markup.ts'
import { type Locale, renderPage } from '../http/page.ts'
import { type HttpAnswer, html } from '../http/route.ts'
import { CHAT_WORDS } from './chat-page-words.ts'
import type { ConversationView } from './view-conversation.ts'
import type { ButtonView, MessageView } from './view-message.ts'

export interface ChatPage {
  locale: Locale
  conversation: ConversationView
  /** In the order of the conversation. */
  messages: readonly MessageView[]
  /** Whether there are older ones. */
  more: boolean
  /** Whether these are the latest. */
  isLatest: boolean
  /** Makes a second press of the button send nothing. */
  formKey: string
}

/** Browsers hold redirects that follow a form to form-action, and a click may lead to any app's page. */
const ANYWHERE = ['http:', 'https:']

/** A conversation on one page without script: what was said, the viewer's own buttons, and a form to write. */
export function chatPage({ conversation, ...page }: ChatPage): HttpAnswer {
  const { locale, messages } = page
  const words = CHAT_WORDS[locale]
  const { peer, post } = conversation
  const path = `/chat/${conversation.id}`
  const body = markup`
<h1>${isolated(peer.name)}</h1>
${post ? markup`<p class="soft">${isolated(post.title || post.post_token)}</p>` : ''}
${page.more ? markup`<p><a href="${path}?before=${String(messages[0]?.sequence ?? 1)}">${words.older}</a></p>` : ''}
${messages.length === 0 ? markup`<p class="soft">${words.nothing}</p>` : ''}
<ol>${messages.map((message) => oneMessage(message, conversation, locale))}</ol>
<p id="write"><a href="${path}#write">${page.isLatest ? words.refresh : words.latest}</a></p>
${conversation.can_send ? writeForm(path, page.formKey, locale) : markup`<p class="warning">${conversation.blocked ? words.blocked : words.closed}</p>`}`
  return html(200, renderPage({ locale, title: words.title, body, style: STYLE }), ANYWHERE)
}

const STYLE = `
time bdi { font-weight: 400 }
ol { margin: 0 0 1rem; padding: 0; list-style: none; display: grid; gap: .6rem }
.message { padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .75rem; max-width: 90% }
.mine { justify-self: end; background: var(--ground) }
.said { white-space: pre-wrap; margin: .2rem 0 }
.message img { max-width: 100%; height: auto; border-radius: .5rem }
.buttons { display: flex; gap: .4rem; margin: .4rem 0 0 }
.buttons form { flex: 1; margin: 0 }
.buttons button { min-height: 2.5rem }
textarea { width: 100%; min-height: 5rem; padding: .6rem; border: 1px solid var(--line); border-radius: .75rem;
  background: transparent; color: inherit; font: inherit }
`

function oneMessage(message: MessageView, { type, peer }: ConversationView, locale: Locale): Markup {
  const who = message.mine ? CHAT_WORDS[locale].you : isolated(peer.name)
  // In a chatbot's conversation the peer is the app itself. Elsewhere an app is always named, whatever its name.
  const isBy = message.app && type === 'POST' ? markup` · ${isolated(message.app.display_name)}` : ''
  return markup`
<li class="message${message.mine ? ' mine' : ''}"><small class="soft">${who}${isBy} · ${timeOf(message, locale)}</small>
<div class="said" dir="auto">${said(message, locale)}</div>${buttons(message)}</li>`
}

/** In the server's own time zone: without script the reader's is not known. */
function timeOf({ sent_at }: MessageView, locale: Locale): Markup {
  const format = new Intl.DateTimeFormat(locale === 'fa' ? 'fa-IR' : 'en-GB', {
    dateStyle: 'short',
    timeStyle: 'short',
  })
  return markup`<time datetime="${sent_at}"><bdi>${format.format(new Date(sent_at))}</bdi></time>`
}

function said(message: MessageView, locale: Locale): Markup {
  const words = CHAT_WORDS[locale]
  if (message.deleted) return markup`<em>${words.deleted}</em>`
  if ('text' in message) return markup`${message.text}`
  if ('image_data' in message) {
    const { image_data: image } = message
    const preview = 'thumbnail_link' in image ? image.thumbnail_link : image.link
    return link(image.link, markup`<img src="${preview}" alt="${words.image}" loading="lazy">`)
  }
  if ('file_data' in message) return link(message.file_data.link, isolated(message.file_data.name || '?'))
  if ('voice_data' in message) return link(message.voice_data.link, markup`${words.voice}`)
  if ('video_data' in message) return link(message.video_data.link, markup`${words.video}`)
  if ('location_data' in message) {
    const { latitude, longitude } = message.location_data
    const at = `${latitude},${longitude}`
    return markup`${words.place}: <a href="geo:${at}"><bdi dir="ltr">${at}</bdi></a>`
  }
  const { name, phone } = message.contact_data
  const number = markup`<bdi dir="ltr">${phone}</bdi>`
  return markup`${words.contact}: ${name === undefined ? '' : markup`${isolated(name)} `}${number}`
}

const link = (url: string, content: Markup): Markup =>
  markup`<a href="${url}" target="_blank" rel="noopener">${content}</a>`

/** What opens a page does it in a tab of its own (wire contract §3); a toast is shown here. */
function buttons(message: MessageView): Markup {
  const rows = message.buttons?.rows ?? []
  return markup`${rows.map(
    (row, i) =>
      markup`<div class="buttons">${row.buttons.map((button, j) => oneButton(message, button, [i, j]))}</div>`,
  )}`
}

function oneButton(
  { id, conversation_id }: MessageView,
  { caption, action }: ButtonView,
  [row, column]: readonly [number, number],
): Markup {
  const target = 'get_dynamic_action' in action ? '' : markup` target="_blank" rel="noopener"`
  return markup`<form method="post" action="/chat/${conversation_id}/click"${target}>
<input type="hidden" name="message_id" value="${id}"><input type="hidden" name="row" value="${String(row)}">
<input type="hidden" name="column" value="${String(column)}"><button>${isolated(caption)}</button></form>`
}

const writeForm = (path: string, key: string, locale: Locale): Markup => markup`
<form method="post" action="${path}"><input type="hidden" name="key" value="${key}">
<label for="text">${CHAT_WORDS[locale].write}</label>
<textarea id="text" name="text" dir="auto" required></textarea>
<button class="main">${CHAT_WORDS[locale].send}</button></form>`
