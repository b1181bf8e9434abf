import { normalizer, type Parser } from '@charsu/protocol/parse'
import { urlFault } from '@charsu/protocol/web-link'
import * as Type from 'typebox'
import type { Database } from '../db/database.ts'
import { readSetting, writeSetting } from '../db/instance-settings.ts'

/** The host's own pages as URL templates; null where the host has named none. */
export interface PageTemplates {
  /** Where people log in; holds `{return_to}`, the path of this origin that a login link is to lead to. */
  login_url: string | null
  /** A post's page; holds `{post_token}`. */
  post_url: string | null
  /** Where its owner manages a post; holds `{post_token}`. */
  post_manage_url: string | null
  /** The host's own page of a conversation; holds `{conversation_id}`. */
  chat_url: string | null
  /** Where a person sees what apps told them. */
  notices_url: string | null
  /** Where a person manages what is theirs: the touchpoint MY_DIVAR. */
  my_divar_url: string | null
  /** Where a business does: the touchpoint DIVAR_PRO. */
  divar_pro_url: string | null
}

const SETTING = 'page_templates'
const MAX_TEMPLATE_LENGTH = 2048

const PLACEHOLDERS = {
  login_url: '{return_to}',
  post_url: '{post_token}',
  post_manage_url: '{post_token}',
  chat_url: '{conversation_id}',
  notices_url: null,
  my_divar_url: null,
  divar_pro_url: null,
} as const satisfies Record<keyof PageTemplates, string | null>

const NAMES = Object.keys(PLACEHOLDERS) as (keyof PageTemplates)[]

const NO_TEMPLATES = Object.fromEntries(NAMES.map((name) => [name, null])) as unknown as PageTemplates

export async function readPageTemplates(db: Database): Promise<PageTemplates> {
  return { ...NO_TEMPLATES, ...(await readSetting<Partial<PageTemplates>>(db, SETTING)) }
}

export async function writePageTemplates(
  db: Database,
  given: Partial<PageTemplates>,
): Promise<PageTemplates> {
  const templates = { ...NO_TEMPLATES, ...given }
  await writeSetting(db, SETTING, templates)
  return templates
}

/**
 * What is wrong with a template, or undefined: an absolute http or https URL that holds its placeholder, if it has
 * one, and no other, behind its origin.
 */
export function templateFault(name: keyof PageTemplates, template: string): string | undefined {
  const placeholder = PLACEHOLDERS[name]
  if (template.length > MAX_TEMPLATE_LENGTH) return `must have at most ${MAX_TEMPLATE_LENGTH} characters`
  const filled = placeholder === null ? template : fillTemplate(template, placeholder, 'x')
  const fault = urlFault(filled)
  if (fault) return fault
  const stranger = /\{[^{}]*\}?/.exec(filled)?.[0]
  if (stranger) {
    const known =
      placeholder === null ? 'no placeholder belongs here' : `the only placeholder here is ${placeholder}`
    return `holds ${JSON.stringify(stranger)}, but ${known}`
  }
  if (placeholder === null) return undefined
  if (!template.includes(placeholder)) {
    return `must hold ${placeholder}, such as https://example.com/page?q=${placeholder}`
  }
  const other = fillTemplate(template, placeholder, 'y')
  if (new URL(filled).host !== new URL(other).host || new URL(filled).username !== new URL(other).username) {
    return `must hold ${placeholder} in its path or query, not in its host`
  }
  return undefined
}

/** Replaces every occurrence of a placeholder by the percent-encoded value. */
function fillTemplate(template: string, placeholder: string, value: string): string {
  return template.replaceAll(placeholder, () => encodeURIComponent(value))
}

/** @param returnTo path of this origin, for the host to pass on as the login link's `return_to`. */
export const loginPageUrl = (templates: PageTemplates, returnTo: string): string | null =>
  templates.login_url && fillTemplate(templates.login_url, PLACEHOLDERS.login_url, returnTo)

export function postPageUrl(
  templates: PageTemplates,
  page: 'post_url' | 'post_manage_url',
  postToken: string,
): string | null {
  const template = templates[page]
  return template && fillTemplate(template, PLACEHOLDERS[page], postToken)
}

/** The host's own page of a conversation, or null when its people chat on ours. */
export const chatPageUrl = (templates: PageTemplates, conversationId: string): string | null =>
  templates.chat_url && fillTemplate(templates.chat_url, PLACEHOLDERS.chat_url, conversationId)

const template = (name: keyof PageTemplates) => {
  const placeholder: string | null = PLACEHOLDERS[name]
  const holds = placeholder === null ? 'a URL' : `a URL that holds ${placeholder}`
  return Type.Optional(Type.String({ description: holds }))
}

/** All of them at once: one that is absent, null or empty is taken away. */
export const pageTemplatesParser: Parser<PageTemplates> = normalizer<PageTemplates>(
  Type.Object({
    login_url: template('login_url'),
    post_url: template('post_url'),
    post_manage_url: template('post_manage_url'),
    chat_url: template('chat_url'),
    notices_url: template('notices_url'),
    my_divar_url: template('my_divar_url'),
    divar_pro_url: template('divar_pro_url'),
  }),
  (value, report) => {
    const given = value as Partial<Record<keyof PageTemplates, unknown>>
    const templates = { ...NO_TEMPLATES }
    for (const name of NAMES) {
      const text = given[name]
      if (typeof text !== 'string' || text === '') continue
      const fault = templateFault(name, text)
      if (fault) report(name, fault)
      else templates[name] = text
    }
    return templates
  },
)
