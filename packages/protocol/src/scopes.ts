import { parseChatPeers } from './chat-peers.ts'
import { CONVERSATION_ID, postTokenFault } from './identifiers.ts'
import { didYouMean } from './nearest.ts'
import {
  type ResourceKind,
  SCOPE_ALIASES,
  SCOPE_NAMES,
  SCOPE_RULES,
  type ScopeName,
} from './scope-catalogue.ts'
import { quoted } from './text-length.ts'

export { type ResourceKind, SCOPE_NAMES, SCOPES, type ScopeName } from './scope-catalogue.ts'

/** One scope, read. */
export interface Scope {
  /** The name it counts as: an older name's present one. */
  name: ScopeName
  /** What it is about, in canonical spelling; absent for scopes about the user as such. */
  resource?: string
  /** `NAME` or `NAME.RESOURCE`, equal for all spellings of one scope: compare and store this. */
  canonical: string
  /** As the app wrote it: answers repeat this (wire contract §1 and §7). */
  verbatim: string
}

export type ScopeResult = { ok: true; scope: Scope } | { ok: false; message: string }

/**
 * Reads `NAME`, `NAME.RESOURCE` or the older `NAME__RESOURCE` (wire contract §1 and §7). The message says what
 * is wrong and names the nearest real scope for a misspelt one.
 */
export function parseScope(text: string): ScopeResult {
  const [givenName, givenResource] = splitScope(text)
  const name = scopeName(givenName)
  if (name === undefined) {
    return { ok: false, message: `${quoted(givenName)} is not a scope.${nearestScope(givenName)}` }
  }
  const kind = resourceKind(name)
  if (kind === 'none') {
    if (givenResource === undefined) return { ok: true, scope: { name, canonical: name, verbatim: text } }
    return {
      ok: false,
      message: `${givenName} takes no resource; write it alone, without ${quoted(text.slice(givenName.length))}`,
    }
  }
  if (givenResource === undefined || givenResource === '') {
    return {
      ok: false,
      message: `${givenName} needs its resource; write ${givenName}.{${RESOURCE_NAMES[kind]}}`,
    }
  }
  const resource = canonicalResource(kind, givenResource)
  if (resource === undefined) {
    return {
      ok: false,
      message: `the resource of ${givenName} is ${quoted(givenResource)}, but must be ${RESOURCE_RULES[kind]}`,
    }
  }
  return { ok: true, scope: { name, resource, canonical: `${name}.${resource}`, verbatim: text } }
}

/** What a scope of this name is about. */
export function resourceKind(name: ScopeName): ResourceKind {
  return SCOPE_RULES[name].resource
}

/** The scopes in a space-separated list, each once, as written (wire contract §7: duplicates are harmless). */
export function scopeList(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((part) => part !== ''))]
}

/** Reads a whole list; the messages of all that are wrong, if any is. */
export function parseScopeList(
  text: string,
): { ok: true; scopes: Scope[] } | { ok: false; messages: string[] } {
  const results = scopeList(text).map(parseScope)
  const messages = results.flatMap((result) => (result.ok ? [] : [result.message]))
  if (messages.length > 0) return { ok: false, messages }
  return { ok: true, scopes: results.flatMap((result) => (result.ok ? [result.scope] : [])) }
}

/** Whether `granted`, in any spelling, holds `wanted`, in any spelling: the same name about the same resource. */
export function matchesScope(granted: readonly string[], wanted: string): boolean {
  if (granted.includes(wanted)) return parseScope(wanted).ok
  const target = parseScope(wanted)
  if (!target.ok) return false
  return granted.some((text) => {
    const scope = parseScope(text)
    return scope.ok && scope.scope.canonical === target.scope.canonical
  })
}

const RESOURCE_NAMES = {
  conversation_id: 'conversation_id',
  post_token: 'post_token',
  chat_peers: 'base64 of user_id:post_token:peer_id',
  business_token: 'business_token',
  app_slug: 'app_slug',
} as const satisfies Record<Exclude<ResourceKind, 'none'>, string>

const RESOURCE_RULES = {
  conversation_id: 'a conversation id, which is a UUID',
  post_token: 'a post token: 1 to 16 letters, digits or underscores',
  chat_peers: 'the standard base64 of user_id:post_token:peer_id',
  business_token: 'a business token: 1 to 64 letters, digits, underscores or hyphens',
  app_slug: "an app's slug: 1 to 64 letters, digits, underscores or hyphens",
} as const satisfies Record<Exclude<ResourceKind, 'none'>, string>

function splitScope(text: string): [name: string, resource: string | undefined] {
  // The first separator counts: a base64 resource or a post token may hold more of either.
  const separator = /\.|__/.exec(text)
  if (separator === null) return [text, undefined]
  return [text.slice(0, separator.index), text.slice(separator.index + separator[0].length)]
}

function scopeName(given: string): ScopeName | undefined {
  if (Object.hasOwn(SCOPE_RULES, given)) return given as ScopeName
  return Object.hasOwn(SCOPE_ALIASES, given) ? SCOPE_ALIASES[given] : undefined
}

function nearestScope(given: string): string {
  return didYouMean(given, SCOPE_NAMES) || ' See the list at GET /v1/open-platform/assets/oauth-scope.'
}

function canonicalResource(kind: Exclude<ResourceKind, 'none'>, given: string): string | undefined {
  switch (kind) {
    case 'conversation_id':
      return CONVERSATION_ID.test(given) ? given.toLowerCase() : undefined
    case 'post_token':
      return postTokenFault(given) === undefined ? given : undefined
    case 'chat_peers':
      return parseChatPeers(given)?.encoded
    case 'business_token':
    case 'app_slug':
      return /^[A-Za-z0-9_-]{1,64}$/.test(given) ? given : undefined
  }
}
