import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { admissionModules } from '../../src/app/sandbox/admission/admission-modules.js';
import { startSandboxServer } from '../../packages/kube-sandbox/src/sandbox-server.js';

/**
 * Runs a sandbox until it is told to end; SIGUSR2 makes it one with an empty database, under the
 * same keys and address. Standard output gets one line of JSON whenever it is ready.
 */
async function main(): Promise<void> {
  const [dataDir = '', givenPort = '0'] = process.argv.slice(2);
  const told = toldBySignals();
  let port = Number(givenPort);
  for (;;) {
    const server = await startSandboxServer({ dataDir, port, admission: admissionModules }, report);
    const { url, caCertificate, adminCertificate, adminKey } = server;
    port = Number(new URL(url).port);
    const access = { url, caCertificate, adminCertificate, adminKey };
    process.stdout.write(`${JSON.stringify(access)}\n`);
    const order = await told();
    await server.stop();
    if (order === 'end') return;
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(join(dataDir, `objects.db${suffix}`), { force: true });
    }
  }
}

/** Resolves with what the next signal orders, also one that has come before. */
function toldBySignals(): () => Promise<'end' | 'begin again'> {
  let next = Promise.withResolvers<'end' | 'begin again'>();
  const end = (): void => next.resolve('end');
  process
    .on('SIGINT', end)
    .on('SIGTERM', end)
    .on('SIGUSR2', () => next.resolve('begin again'));
  return async () => {
    const order = await next.promise;
    next = Promise.withResolvers();
    return order;
  };
}

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : 'failed'}\n`);
}

await main().catch((error: unknown) => {
  report(error);
  process.exitCode = 1;
});
