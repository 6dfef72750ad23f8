import { join } from 'node:path';
import { defineConfig } from 'vite';
import { packAssets } from '../pack-assets.ts';

const here = import.meta.dirname;

/** The citizen's page: one script, one style sheet, for browsers from about 2018 on (Android 5 with Chrome 70). */
export default defineConfig({
  root: here,
  base: '/chat/',
  publicDir: false,
  plugins: [packAssets()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(here, '../../../dist/console/chat'),
    emptyOutDir: true,
    target: ['es2019', 'chrome70', 'safari13'],
    modulePreload: { polyfill: false },
    // an icon in a data: URL would be stopped by the page's own policy
    assetsInlineLimit: 0,
  },
});
