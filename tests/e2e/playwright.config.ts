import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './fixtures/chromium';

/** Files run side by side, each test on a server of its own. A test that fails is not tried again: it is not fine. */
export default defineConfig({
  testDir: 'specs',
  globalSetup: './fixtures/world_once.ts',
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list']],
  outputDir: 'test-results',
  use: { launchOptions: CHROMIUM, trace: 'off', screenshot: 'only-on-failure' },
});
