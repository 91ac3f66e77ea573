import { parentPort, workerData } from 'node:worker_threads';
import type { SandboxSettings } from './running-sandbox.js';
import { isDiskFull } from './store/sandbox-database.js';
import { type SandboxServer, startSandboxServer } from './sandbox-server.js';
import type { Address, FromWorker, ToWorker } from './worker-messages.js';

/** Runs one sandbox in a separate thread, so that a slow disk never blocks the gateway. */
async function main(): Promise<void> {
  try {
    const server = await startSandboxServer(workerData as SandboxSettings, (error) => {
      // The error's class and position suffice; its message may quote what clients sent.
      say({ kind: 'fault', message: placeOf(error) });
    });
    const { url, caCertificate, adminCertificate, adminKey } = server;
    parentPort?.on('message', (message: ToWorker) => void obey(message, server));
    say({ kind: 'ready', url, caCertificate, adminCertificate, adminKey });
  } catch (error) {
    const { name, message, code, port, address } = error as Error & Address;
    // The thread stays alive until it is terminated: its end may overtake its last message.
    parentPort?.on('message', () => undefined);
    say({ kind: 'refused', name, message, code, port, address });
  }
}

async function obey({ kind }: ToWorker, server: SandboxServer): Promise<void> {
  if (kind !== 'stop') return;
  await server.stop();
  say({ kind: 'stopped' });
  parentPort?.close();
}

function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (isDiskFull(error)) return 'its disk is full';
  const frame = error.stack?.split('\n').find((line) => line.startsWith('    at ')) ?? '';
  return `${error.name}${frame.replace(/^ +/, ' ')}`;
}

function say(message: FromWorker): void {
  parentPort?.postMessage(message);
}

await main();
