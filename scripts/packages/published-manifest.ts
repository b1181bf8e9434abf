/** What of a package.json matters here; everything else is passed on. */
export interface Manifest {
  name: string
  version: string
  exports?: Record<string, string>
  scripts?: Record<string, string>
  devDependencies?: Record<string, string>
  [field: string]: unknown
}

type PublishedExport = string | { types: string; default: string }

/** A manifest whose exports name what was built. */
export type PublishedManifest = Omit<Manifest, 'exports'> & { exports?: Record<string, PublishedExport> }

/**
 * The manifest that is published: in a checkout the exports name TypeScript, which Node refuses under node_modules.
 * Scripts and development dependencies are of use in the checkout alone.
 */
export function publishedManifest({
  scripts,
  devDependencies,
  exports,
  ...kept
}: Manifest): PublishedManifest {
  if (exports === undefined) return kept
  const built = Object.entries(exports).map(([name, file]) => [name, publishedExport(file)])
  return { ...kept, exports: Object.fromEntries(built) }
}

function publishedExport(file: string): PublishedExport {
  const [, path] = /^\.\/src\/(.+)\.ts$/.exec(file) ?? []
  return path === undefined ? file : { types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` }
}
