import { join } from 'node:path';
import { defineConfig } from 'vite';
import { packAssets } from '../pack-assets.ts';

const here = import.meta.dirname;

/** The staff console: one shell, and a chunk a page. For office browsers of the last five years or so. */
export default defineConfig({
  root: here,
  base: '/console/',
  publicDir: false,
  plugins: [packAssets()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(here, '../../../dist/console/console'),
    emptyOutDir: true,
    target: ['es2021', 'chrome96', 'firefox100', 'safari15.4'],
    modulePreload: { polyfill: false },
    // an icon in a data: URL would be stopped by the page's own policy
    assetsInlineLimit: 0,
  },
});
