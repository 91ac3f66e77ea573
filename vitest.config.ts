import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { bundledThreads } from './test/run/bundled-threads.js';
import { apiTools, ofHarness } from './test/run/clusters.js';
import { LongestFirst } from './test/run/longest-first.js';
import { type RunKind, selectionOf } from './test/run/projects.js';
import { RunReporter } from './test/run/run-reporter.js';
import { temporaryFolder } from './test/run/temporary-folder.js';
import { isLong } from './test/support/scale.js';

const SANDBOX = 'packages/kube-sandbox/src';
/** Set by `test/run/main.ts`, which reads the messages of the reporter. */
const isReported = process.env['SALLYPORT_TEST_REPORT'] === '1';

/** About what drivers read when they are loaded. */
const inNewProcesses = ['test/integration/rotation/driver-output.spec.ts'];
const notInMain = [...inNewProcesses, ...ofHarness, ...apiTools];
const selection = selectionOf(process.env['SALLYPORT_TEST_RUN'] as RunKind | undefined, {
  isLong,
  hasLongFiles: process.env['SALLYPORT_TEST_LONG_FILES'] === '1',
});
const environment = {
  TMPDIR: temporaryFolder(),
  SALLYPORT_TEST_THREADS: resolve(await bundledThreads()),
};
const onSandbox = { ...environment, SALLYPORT_TEST_CLUSTER: 'sandbox' };

export default defineConfig({
  resolve: {
    // Two copies of graphql would not know each other's types.
    alias: [
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      { find: /^@sallyport\/client$/, replacement: resolve('packages/client/src/index.ts') },
      { find: /^@sallyport\/kube-sandbox$/, replacement: resolve(SANDBOX, 'index.ts') },
      {
        find: /^@sallyport\/kube-sandbox\/admission$/,
        replacement: resolve(SANDBOX, 'admission.ts'),
      },
    ],
  },
  test: {
    // Short programs: compiling the hot parts twice costs more than it saves.
    execArgv: ['--import', './test/ts-hooks.mjs', '--max-semi-space-size=64', '--no-turbofan'],
    pool: 'forks',
    // One process for many files: modules are loaded once, and servers are shared.
    isolate: false,
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    env: environment,
    setupFiles: ['test/run/no-empty-tables.ts', 'test/run/tls-first.ts', 'test/run/given-back.ts'],
    // On a busy machine a test that starts an API server takes more than half a minute.
    testTimeout: 120_000,
    hookTimeout: 900_000,
    // On a busy machine a second, which is the default, is soon over.
    expect: { poll: { timeout: 10_000 } },
    reporters: isReported ? [new RunReporter()] : ['default'],
    projects: [
      { extends: true, test: { name: 'unit', include: [...selection.unit] } },
      {
        extends: true,
        test: {
          name: 'main',
          include: [...selection.main],
          exclude: [...notInMain, ...selection.notInMain],
        },
      },
      { extends: true, test: { name: 'harness', include: ofHarness } },
      {
        extends: true,
        test: { name: 'api-tools', include: apiTools, env: onSandbox, testTimeout: 900_000 },
      },
      { extends: true, test: { name: 'isolated', include: inNewProcesses, isolate: true } },
      {
        extends: true,
        test: { name: 'sandbox', include: [...selection.sandbox], env: onSandbox },
      },
      {
        extends: true,
        test: {
          name: 'sandbox-with-servers',
          include: [...selection.sandboxWithServers],
          env: onSandbox,
        },
      },
    ],
  },
});
