import { didYouMean } from '@charsu/protocol/nearest'
import { wrongUse } from './command-error.ts'
import type { Io } from './io.ts'
import { namedProjectSlug } from './project-slug.ts'

/**
 * The app that a command is about: the one that was named, else the one whose credentials are in the environment, else
 * the project's in this folder, else the only one there is.
 * @param apps slugs of all that there are.
 * @throws CommandError when there is none of that name, or nothing says which of several.
 */
export async function chooseApp(
  io: Pick<Io, 'env' | 'cwd'>,
  given: string | undefined,
  apps: readonly string[],
): Promise<string> {
  if (given !== undefined) {
    if (apps.includes(given)) return given
    throw wrongUse(
      `there is no app ${JSON.stringify(given)}`,
      `${didYouMean(given, apps).trimStart()} ${thereAre(apps)}`.trim(),
    )
  }
  const ofEnvironment = io.env.CHARSU_CLIENT_ID
  if (ofEnvironment && apps.includes(ofEnvironment)) return ofEnvironment
  const ofProject = await namedProjectSlug(io.cwd)
  if (ofProject !== undefined && apps.includes(ofProject)) return ofProject
  const [only, ...others] = apps
  if (only !== undefined && others.length === 0) return only
  throw wrongUse('which app?', `Say it with --app. ${thereAre(apps)}`)
}

const thereAre = (apps: readonly string[]): string =>
  apps.length === 0
    ? 'There is none yet: "charsu dev --app http://localhost:3000" makes one.'
    : `There are ${apps.join(', ')}.`
