import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './fixtures/chromium';

/** Writes the pictures of the documents: `npm run shots`. */
export default defineConfig({
  testDir: 'shots',
  testMatch: '*.shot.ts',
  globalSetup: './fixtures/world_once.ts',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: { launchOptions: CHROMIUM },
});
