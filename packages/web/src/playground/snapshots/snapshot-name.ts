const ENDING = /(?:\.charsu-snapshot)?(?: ?\(\d+\))?(?:\.charsu-snapshot)?$/

/** The name of a snapshot by that of its file: what it may not hold becomes a hyphen. */
export function snapshotName(fileName: string): string {
  const name = fileName
    .toLowerCase()
    .replace(ENDING, '')
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .slice(0, 64)
  return /^[a-z0-9]/.test(name) ? name : `snapshot-${name.replace(/^[^a-z0-9]+/, '')}`.slice(0, 64)
}
