import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['{api,ui,console,phone}/**/*.test.ts'], environment: 'node' },
});
