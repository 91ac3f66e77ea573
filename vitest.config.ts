import { defineConfig } from 'vitest/config';
import { temporaryFolder } from './test/support/temporary-folder.js';

// Where CI wants the counts.
const resultsFile = process.env['SALLYPORT_TEST_RESULTS'];

/** What the gateway promises, whichever Kubernetes API it stands in front of. */
const onBoth = ['test/e2e/**/*.spec.ts', 'test/security/**/*.spec.ts'];

/** Nothing that needs a cluster, a database server, or a port. */
const withoutServers = ['test/{unit,tidy,contract}/**/*.spec.ts'];

export default defineConfig({
  resolve: {
    // Two copies of graphql would not know each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    execArgv: ['--import', './test/ts-hooks.mjs'],
    pool: 'forks',
    // One process for many files: modules are loaded once, and servers are shared.
    isolate: false,
    maxWorkers: 3,
    env: { TMPDIR: temporaryFolder() },
    testTimeout: 30_000,
    hookTimeout: 900_000,
    // On a busy machine a second, which is the default, is soon over.
    expect: { poll: { timeout: 10_000 } },
    reporters: resultsFile ? ['default', ['json', { outputFile: resultsFile }]] : ['default'],
    projects: [
      { extends: true, test: { name: 'unit', include: withoutServers } },
      {
        extends: true,
        test: { name: 'main', include: ['test/**/*.spec.ts'], exclude: withoutServers },
      },
      {
        extends: true,
        test: {
          name: 'sandbox',
          include: onBoth,
          // The sandbox has no audit of its own.
          exclude: [
            'test/e2e/sandbox/**',
            'test/e2e/audit/ingest*.spec.ts',
            // About servers, processes, disks and sockets of the gateway, whatever the cluster.
            'test/e2e/rotation/{no-failed-login,single-user-gap}.spec.ts',
            'test/e2e/workers/{bodies,connections,crashes,pass-on,tls}.spec.ts',
            'test/e2e/audit/{anchor-attacks,kill,rollback,storage-faults}*.spec.ts',
            'test/e2e/tokens/foreign-row.spec.ts',
            'test/e2e/storage/**',
            'test/e2e/versions/{small-disk,backup-drill}.spec.ts',
            'test/e2e/auth/authentication-file.spec.ts',
            'test/e2e/http/{connections,graceful-stop}.spec.ts',
            'test/e2e/kubectl/disconnects.spec.ts',
            // About how the API server itself reads requests.
            'test/security/generated-writes.spec.ts',
            // About admission policies, which the sandbox stores only.
            'test/security/{holders-of-rights,stolen-restarts,stolen-token-reach}.spec.ts',
            'test/security/{token-secrets,token-variants}.spec.ts',
          ],
          env: { TMPDIR: temporaryFolder(), SALLYPORT_TEST_CLUSTER: 'sandbox' },
        },
      },
    ],
  },
});
