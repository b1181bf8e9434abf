import { expect, test } from 'vitest'
import { publishedManifest } from './published-manifest.ts'

test('a published manifest names what was built, and nothing of the checkout', () => {
  const manifest = publishedManifest({
    name: '@charsu/sdk',
    version: '1.2.3',
    type: 'module',
    exports: { '.': './src/sdk.ts', './*': './src/*.ts', './package.json': './package.json' },
    scripts: { prepack: 'node prepack.ts' },
    devDependencies: { express: '5' },
    dependencies: { '@charsu/protocol': '1.2.3' },
  })
  expect(manifest).toEqual({
    name: '@charsu/sdk',
    version: '1.2.3',
    type: 'module',
    exports: {
      '.': { types: './dist/sdk.d.ts', default: './dist/sdk.js' },
      './*': { types: './dist/*.d.ts', default: './dist/*.js' },
      './package.json': './package.json',
    },
    dependencies: { '@charsu/protocol': '1.2.3' },
  })
})
