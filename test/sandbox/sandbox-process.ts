import { startSandboxServer } from '../../src/sandbox/sandbox-server.js';

/** Runs one sandbox until it is told to end; standard output gets one line of JSON when ready. */
async function main(): Promise<void> {
  const [dataDir = '', port = '0'] = process.argv.slice(2);
  const end = endRequest();
  const server = await startSandboxServer({ dataDir, port: Number(port) }, report);
  const { url, caCertificate, adminCertificate, adminKey } = server;
  const access = { url, caCertificate, adminCertificate, adminKey };
  process.stdout.write(`${JSON.stringify(access)}\n`);
  await end;
  await server.stop();
}

function endRequest(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.on('SIGINT', () => resolve()).on('SIGTERM', () => resolve());
  return promise;
}

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : 'failed'}\n`);
}

await main().catch((error: unknown) => {
  report(error);
  process.exitCode = 1;
});
