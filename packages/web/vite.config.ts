import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './vite-plugins/precompress.ts'

/** What every page needs, what most need, and what every conversation needs: in few files, which compress better. */
const BASE =
  /node_modules\/(?:react|react-dom|scheduler|i18next|react-i18next|@tanstack\/[^/]+)\/|packages\/web\/src\/(?:i18n|shell)\//
const INTERFACE =
  /packages\/web\/src\/ui\/(?!bar-chart|bar-layout|callout|code-block|data-|load-more|panel|progress|switch|tabs)/
const CHAT = /packages\/web\/src\/(?:api\/person|chat)\/(?!.*(?:attach|icon-set|image-viewer|-page\.tsx))/

export default defineConfig({
  plugins: [react(), tailwindcss(), precompress()],
  build: {
    // The pages' policy allows fonts and pictures of our own origin, not data: URLs of fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What is bundled asks for its notice to go along.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', test: BASE, priority: 3 },
            { name: 'interface', test: INTERFACE, priority: 2 },
            { name: 'chat', test: CHAT, priority: 1 },
          ],
        },
      },
    },
  },
})
