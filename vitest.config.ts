import { defineConfig } from 'vitest/config';

// Where CI wants the counts.
const resultsFile = process.env['SALLYPORT_TEST_RESULTS'];

export default defineConfig({
  resolve: {
    // Two copies of graphql would not know each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.spec.ts'],
    execArgv: ['--import', './test/ts-hooks.mjs'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 900_000,
    reporters: resultsFile ? ['default', ['json', { outputFile: resultsFile }]] : ['default'],
  },
});
