import { didYouMean } from '@charsu/protocol/nearest'
import type { Report } from '@charsu/protocol/parse'
import { permissionFault } from '@charsu/protocol/permissions'
import { SCOPE_ALIASES, SCOPE_NAMES, SCOPE_RULES } from '@charsu/protocol/scope-catalogue'
import { quoted } from '@charsu/protocol/text-length'

/** Names of permissions, each once; a misspelt one is reported with the nearest real one (wire contract §0). */
export function permissionNames(names: readonly unknown[], report: Report): string[] {
  return distinct(names, 'permissions', report, (name) => ({ name, fault: permissionFault(name) }))
}

/** Names of scopes, each once and under its present name; without the resource that a user will choose. */
export function scopeNames(names: readonly unknown[], report: Report): string[] {
  return distinct(names, 'scopes', report, readScopeName)
}

interface ReadName {
  name: string
  fault: string | undefined
}

function distinct(
  names: readonly unknown[],
  field: string,
  report: Report,
  read: (name: string) => ReadName,
): string[] {
  const kept = new Set<string>()
  for (const [i, given] of names.entries()) {
    // What is no text is the schema's to complain about.
    if (typeof given !== 'string') continue
    const { name, fault } = read(given)
    if (fault) report(`${field}[${i}]`, `${quoted(given)} ${fault}`)
    else kept.add(name)
  }
  return [...kept]
}

function readScopeName(given: string): ReadName {
  if (Object.hasOwn(SCOPE_RULES, given)) return { name: given, fault: undefined }
  const present = Object.hasOwn(SCOPE_ALIASES, given) ? SCOPE_ALIASES[given] : undefined
  if (present !== undefined) return { name: present, fault: undefined }
  const [bare = ''] = given.split(/\.|__/, 1)
  if (bare !== given && readScopeName(bare).fault === undefined) {
    return {
      name: given,
      fault: `names a resource, which the user chooses at consent: ask for ${bare} alone`,
    }
  }
  const hint = didYouMean(given, SCOPE_NAMES) || ' See the list at GET /v1/open-platform/assets/oauth-scope.'
  return { name: given, fault: `is not a scope.${hint}` }
}
