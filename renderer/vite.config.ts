/**
 * Builds the window into out/renderer: plain files that a host serves under any address (base './').
 *
 * The hosts send a strict policy: `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';
 * img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:`. So nothing may be
 * inlined into index.html and no script may be made from text. `'unsafe-inline'` for styles is what antd needs: it
 * writes its style sheet while it runs.
 */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  root: here,
  base: './',
  plugins: [react()],
  publicDir: false,
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('../out/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome140',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: {
      output: {
        // pdf.js brings its worker as .mjs; under .js every server gives it the right type.
        assetFileNames: (asset) =>
          asset.names.some((name) => name.endsWith('.mjs'))
            ? 'assets/[name]-[hash].js'
            : 'assets/[name]-[hash][extname]',
      },
    },
  },
})
