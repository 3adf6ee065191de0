import { defineConfig, type UserConfig } from 'vite';
import { precacheOf } from './phone/build/precache.js';

/**
 * One project, two entries. Each mode builds one entry by itself, so that neither app downloads code of the other,
 * and every output has a stable name: a rebuild of the same sources gives the same files.
 */
export default defineConfig(({ mode }): UserConfig => {
  const common: UserConfig = {
    base: '/',
    appType: 'mpa',
    publicDir: mode === 'phone' ? 'phone/public' : false,
    server: { proxy: { '/v1': { target: 'http://127.0.0.1:8080', ws: true } } },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  };
  const build = {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  };
  if (mode === 'worker') {
    return {
      ...common,
      define: { PRECACHE: JSON.stringify(precacheOf('dist')) },
      build: {
        ...build,
        rolldownOptions: {
          input: 'phone/sw.ts',
          output: { format: 'iife', entryFileNames: 'phone/sw.js' },
        },
      },
    };
  }
  return {
    ...common,
    worker: { format: 'es', rolldownOptions: { output: { entryFileNames: `assets/${mode}-[name].js` } } },
    build: {
      ...build,
      rolldownOptions: {
        input: `${mode === 'phone' ? 'phone' : 'console'}/index.html`,
        output: {
          entryFileNames: `assets/${mode}.js`,
          chunkFileNames: `assets/${mode}-[name].js`,
          // An area's own styles are named for it, so that no name depends on what was built first.
          assetFileNames: ({ names }) => `assets/${mode}${names.some((name) => name.includes('_area')) ? '-[name]' : ''}[extname]`,
        },
      },
    },
  };
});
