/** What may stand on the command line; everything else is a setting of the environment. */
export const OPEN_FLAG = '--i-know-this-is-open'
const PROCESSES_FLAG = '--processes'

export interface CommandLine {
  /** Development mode may be reached from other machines. */
  isOpen: boolean
  /** As it was written; `nothing` for a flag without its number. */
  processes: string | undefined
  problems: readonly string[]
}

/** Reads `--i-know-this-is-open`, and `--processes 4` or `--processes=4`. */
export function readCommandLine(words: readonly string[]): CommandLine {
  const problems: string[] = []
  let processes: string | undefined
  let isOpen = false
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === OPEN_FLAG) isOpen = true
    else if (word === PROCESSES_FLAG) processes = words[++i] || 'nothing'
    else if (word.startsWith(`${PROCESSES_FLAG}=`))
      processes = word.slice(PROCESSES_FLAG.length + 1) || 'nothing'
    else problems.push(notUnderstood(word))
  }
  return { isOpen, processes, problems }
}

// npm keeps flags for itself and passes their values on alone. What follows "=" may be a secret.
const notUnderstood = (word: string): string =>
  `${JSON.stringify(word.split('=')[0])} on the command line is not understood: there are ${PROCESSES_FLAG} N and ${OPEN_FLAG}, after npm start with -- before them`
