import { resolve } from 'node:path'
import { packPackages } from './pack-packages.ts'

// Packs every published package into a folder, and prints the tarballs' paths by package as JSON.

const into = process.argv[2]
if (into === undefined) {
  process.stderr.write('name the folder for the tarballs: npm run pack -- FOLDER\n')
  process.exitCode = 2
} else {
  const packed = await packPackages(resolve(import.meta.dirname, '../..'), resolve(into))
  process.stdout.write(`${JSON.stringify(packed, null, 2)}\n`)
}
