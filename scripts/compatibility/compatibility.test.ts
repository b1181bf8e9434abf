import { describe, expect, it } from 'vitest'
import { type Claims, compatibilityFaults } from './compatibility-faults.ts'
import { compatibilityPage, type PageFacts } from './compatibility-page.ts'
import { OLDER_FORMS } from './older-forms.ts'
import type { SERVED_OPERATIONS } from './served-operations.ts'

const NOTES = {
  method: 'POST',
  path: '/v1/open-platform/notes/:id',
  operation: 'Notes_Write',
  permission: 'GET_POST',
}
const OLD_NOTES = '/experimental/open-platform/notes'

const FACTS: PageFacts = {
  routes: [{ ...NOTES, aliases: [OLD_NOTES] }],
  decided: { served: ['Notes_Write'], notServed: ['Notes_Burn'] },
  sections: new Map([
    [0, 'Common to every operation'],
    [8, 'Users, posts and lists'],
  ]),
}
const PIN = { file: 'a.test.ts', title: '§8 notes' }
const CLAIMS: Claims = {
  served: { Notes_Write: { section: 8, scopes: ['USER_POSTS_GET'], tests: [PIN] } },
  older: [
    {
      form: '`POST /x`',
      section: 8,
      means: 'notes',
      route: { method: 'POST', path: OLD_NOTES },
      tests: [PIN],
    },
  ],
}
const read = (file: string): string | null => (file === 'a.test.ts' ? "describe('§8 notes', f)" : null)

const faults = (facts: Partial<PageFacts>, claims: Partial<Claims> = {}): string[] =>
  compatibilityFaults({ ...FACTS, ...facts }, read, { ...CLAIMS, ...claims })
const served = (row: Partial<(typeof SERVED_OPERATIONS)[string]>) => ({
  served: { Notes_Write: { ...CLAIMS.served.Notes_Write!, ...row } },
})

describe('the page can say nothing that is not so', () => {
  it('where all is right there is no fault', () => {
    expect(faults({})).toEqual([])
  })

  it.each<[string, string[]]>([
    [
      'Notes_Read is served: add its row',
      faults({ decided: { served: ['Notes_Write', 'Notes_Read'], notServed: [] } }),
    ],
    ['Notes_Write is not served by', faults({ decided: { served: [], notServed: [] } })],
    ['Notes_Write has a route, but', faults({ decided: { served: [], notServed: ['Notes_Write'] } })],
    ['Notes_Write has no route', faults({ routes: [] })],
    ['`POST /x`: no route serves it', faults({ routes: [NOTES] })],
    [
      'GET /v2/open-platform/more is served: list it',
      faults({
        routes: [...FACTS.routes, { method: 'GET', path: '/v2/open-platform/more', operation: 'More' }],
      }),
    ],
    ['POST /experimental/open-platform/notes is served: list it', faults({}, { older: [] })],
    ['has no section 8', faults({ sections: new Map([[0, 'Common']]) })],
    [
      'SCOPE_OF_NOBODY.post_token is no scope',
      faults({}, served({ scopes: ['SCOPE_OF_NOBODY.post_token'] })),
    ],
    ['Notes_Write has no test', faults({}, served({ tests: [] }))],
    ['there is no gone.test.ts', faults({}, served({ tests: [{ file: 'gone.test.ts', title: '' }] }))],
    ['a.test.ts has no test “§9”', faults({}, served({ tests: [{ file: 'a.test.ts', title: '§9' }] }))],
  ])('%s', (fault, found) => {
    expect(found).toContainEqual(expect.stringContaining(fault))
  })
})

describe('the page', () => {
  const facts: PageFacts = {
    routes: [
      {
        method: 'GET',
        path: '/v1/open-platform/finder/post/:token',
        operation: 'Finder_GetPost',
        permission: 'GET_POST',
      },
    ],
    decided: { served: ['Finder_GetPost'], notServed: ['Post_EditPost', 'Post_EditPostV2'] },
    sections: new Map([
      [0, 'Common to every operation'],
      [8, 'Users, posts and lists of names'],
    ]),
  }
  const page = compatibilityPage(facts)

  it('names path, permission, section and tests of what is served', () => {
    expect(page).toContain(
      '| `GET /v1/open-platform/finder/post/{token}`<br>Finder_GetPost | `GET_POST` | – | [§8](wire-contract.md#8-users-posts-and-lists-of-names) |',
    )
    expect(page).toContain('- `Finder_GetPost`: [routes](../packages/server/src/marketplace/routes.test.ts)')
  })

  it('lists all that is answered with code 12, and every older form', () => {
    expect(page).toContain('2 operations of the description are not served')
    expect(page).toContain('`Post_EditPost`, `Post_EditPostV2`.')
    for (const { form } of OLDER_FORMS) expect(page).toContain(`| ${form} |`)
  })
})
