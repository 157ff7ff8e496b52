import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,test,scripts,web/src}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // CI shares its machine with whatever else runs there: a slip is tried once more, and told.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
});
