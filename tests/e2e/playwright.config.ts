import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './fixtures/chromium';

/**
 * Files run side by side, each test on a server of its own. A test that fails is tried once more, because a machine whose
 * cores are lent elsewhere for seconds fails any test that waits for a person's patience. One that needed it is named as
 * unsteady in the result of `tests/run`, with its trace here: it is not fine, and somebody has to look.
 */
export default defineConfig({
  testDir: 'specs',
  globalSetup: './fixtures/world_once.ts',
  workers: 2,
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list']],
  outputDir: 'test-results',
  use: { launchOptions: CHROMIUM, trace: 'on-first-retry', screenshot: 'only-on-failure' },
});
