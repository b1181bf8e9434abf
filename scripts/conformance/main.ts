import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { FlagError, type Flags, readFlags } from './flags.ts'
import { runOwnSurface } from './own-surface.ts'
import { DESCRIPTION, EARLIER_EDITION, runPublicSurface } from './public-surface.ts'
import { type Failure, failureText, type Totals, totalsLine } from './report.ts'

/**
 * `npm run test:conformance`: asks a running Charsu everything that the published description of the API describes,
 * and holds every answer against it; then sends 10,000 random requests made from the description's own schemas. The
 * promise that an app written for that API runs here unchanged rests on the description alone, so requests and checks
 * are made from it and nothing of ours.
 *
 * Flags: `--verbose` prints every request; `--fuzz N` sends N random requests, 0 none; `--seed S` sends the same ones
 * again; `--operation ID --seed S --path P` repeats one failure; `--surface own` asks what is ours instead. Ends with
 * code 0 when all is right, 1 when not, 2 on a wrong flag, 3 when the description is not there.
 */

const WRONG_FLAG = 2
const NOT_THERE = 3
const SEEDS = 2 ** 31

async function run(flags: Flags): Promise<number> {
  if (flags.fuzz > 0) console.log(`random requests: ${flags.fuzz} with --seed ${flags.seed}`)
  if (flags.surface === 'own') return report(await runOwnSurface(flags))
  const folder = resolve(process.env.CHARSU_PUBLIC_API || '../shared/public-api')
  const missing = [DESCRIPTION, EARLIER_EDITION].find((name) => !existsSync(join(folder, name)))
  if (missing !== undefined) {
    process.stderr.write(
      `the conformance run was not made: there is no ${missing} in ${folder}; set CHARSU_PUBLIC_API to the folder that holds it\n`,
    )
    return NOT_THERE
  }
  return report(await runPublicSurface(folder, flags))
}

function report({ totals, failures }: { totals: Totals; failures: readonly Failure[] }): number {
  for (const failure of failures) console.log(failureText(failure))
  console.log(totalsLine(totals))
  return failures.length === 0 ? 0 : 1
}

try {
  process.exitCode = await run(readFlags(process.argv.slice(2), () => Math.floor(Math.random() * SEEDS)))
} catch (error) {
  if (!(error instanceof FlagError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = WRONG_FLAG
}
