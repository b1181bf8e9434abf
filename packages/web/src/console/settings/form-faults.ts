import { descriptionFault, displayNameFault } from '@charsu/protocol/app-texts'
import { identificationKeyFault } from '@charsu/protocol/identification-key'
import { MAX_LINK_LENGTH, urlFault } from '@charsu/protocol/web-link'
import type { CheckedField } from '../../api/console/console-shapes.ts'

/** What the page itself can tell of a text, in the reader's words; by the rules that saving goes by. */
export type FormFault = 'name' | 'description' | 'link' | 'key' | 'credentials' | 'long'

export const nameFault = (name: string): FormFault | undefined =>
  displayNameFault(name) === undefined ? undefined : 'name'

export const textFault = (text: string): FormFault | undefined =>
  descriptionFault(text) === undefined ? undefined : 'description'

/** An empty one stays as it is. */
export const keyFault = (key: string): FormFault | undefined =>
  key === '' || identificationKeyFault(key) === undefined ? undefined : 'key'

const SCHEME_OF_AN_APP = /^(?!https?:)[a-z][a-z0-9+.-]+:\S/i

/** What only the server knows, such as addresses that may not be called, it says when it tries the URL. */
export function addressFault(field: CheckedField, url: string): FormFault | undefined {
  if (url === '') return undefined
  if ([...url].length > MAX_LINK_LENGTH) return 'long'
  if (field === 'redirect_uri' && SCHEME_OF_AN_APP.test(url)) return undefined
  if (urlFault(url) !== undefined) return 'link'
  const { username, password } = new URL(url)
  return field !== 'avatar_url' && (username !== '' || password !== '') ? 'credentials' : undefined
}
