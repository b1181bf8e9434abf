import { readCommandLine } from '@charsu/server/command-line'
import { ConfigError, readConfig } from '@charsu/server/config'
import { SETTINGS } from '@charsu/server/settings'

export interface SettingLine {
  name: string
  /** As it will be used; a secret is `set` or `not set`. */
  value: string
  origin: 'environment' | 'command line' | 'default'
  /** What is wrong with it. */
  problem?: string
}

export interface ConfigReport {
  settings: readonly SettingLine[]
  /** All that keeps the server from starting, those of settings that are not there included. */
  problems: readonly string[]
}

interface Setting {
  name: string
  default: string
  secret?: true
  check(value: string): string | null
}

/** What the server would make of this environment; `flags` are those of its command line. */
export function configReport(
  env: Readonly<Record<string, string | undefined>>,
  flags: readonly string[] = [],
): ConfigReport {
  const problems = problemsOf(env, flags)
  const { processes } = readCommandLine(flags)
  const settings = Object.values<Setting>(SETTINGS).map((setting): SettingLine => {
    const { name, secret } = setting
    const ofCommandLine = name === 'CHARSU_PROCESSES' ? processes : undefined
    const given = ofCommandLine ?? env[name]?.trim()
    if (!given) {
      const value = secret ? `not set: ${setting.default}` : setting.default
      return { name, value, origin: 'default' }
    }
    const fault = setting.check(given)
    return {
      name,
      value: secret ? 'set' : given,
      origin: ofCommandLine === undefined ? 'environment' : 'command line',
      ...(fault !== null && { problem: `${name} ${fault}` }),
    }
  })
  return { settings, problems }
}

function problemsOf(
  env: Readonly<Record<string, string | undefined>>,
  flags: readonly string[],
): readonly string[] {
  try {
    readConfig(env, flags)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}
