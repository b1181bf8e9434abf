/** A test file and the sections of the wire contract that its titles name. */
export interface SectionTests {
  file: string
  titles: string[]
}

const HEADING = /^## (\d+)\. (.+)$/gm
/** The title of a group or a test, in any quotes; of a table of tests it follows the table. */
const TITLE = /(?:\b(?:describe|it|test)(?:\.\w+)?|\))\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g

/** What the numbered sections of docs/wire-contract.md are called. */
export const contractSections = (page: string): Map<number, string> =>
  new Map([...page.matchAll(HEADING)].map(([, number = '', name = '']) => [Number(number), name]))

/** The sections that a title names: `§3 and §5 an app that …` names two. */
export const sectionsNamed = (title: string): number[] =>
  [...title.matchAll(/§(\d+)/g)].map(([, number]) => Number(number))

/** Titles of a test file that name a section. */
export const sectionTitles = (text: string): string[] =>
  [...text.matchAll(TITLE)]
    .map(([, , title = '']) => title)
    .filter((title) => sectionsNamed(title).length > 0)

/** The tests of each section, by its number. */
export function testsOfSections(
  files: readonly { file: string; text: string }[],
): Map<number, SectionTests[]> {
  const found = new Map<number, SectionTests[]>()
  for (const { file, text } of files) {
    const titles = sectionTitles(text)
    for (const section of new Set(titles.flatMap(sectionsNamed))) {
      const own = titles.filter((title) => sectionsNamed(title).includes(section))
      found.set(section, [...(found.get(section) ?? []), { file, titles: own }])
    }
  }
  return found
}
