import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { adminKubeconfig } from './admin-kubeconfig.js';
import { writePrivateFile } from './keys/private-files.js';
import type { RunningSandbox } from './running-sandbox.js';
import { startSandbox } from './start-sandbox.js';

const PORT_MAX = 65_535;
const usage = `Usage: kube-sandbox [--data-dir DIR] [--port PORT]

  --data-dir DIR   folder for the database, the keys and the kubeconfig (.kube-sandbox)
  --port PORT      port of 127.0.0.1; 0 for a free port (0)`;

interface CliArguments {
  readonly dataDir: string;
  readonly port: number;
}

/** Parses the arguments; undefined for a request of the usage. Throws an Error for invalid ones. */
function argumentsOf(given: readonly string[]): CliArguments | undefined {
  const { values } = parseArgs({
    args: [...given],
    options: {
      'data-dir': { type: 'string', default: '.kube-sandbox' },
      port: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
  if (!(port <= PORT_MAX)) throw new Error(`--port must be a number from 0 to ${PORT_MAX}`);
  return { dataDir: resolve(values['data-dir']), port };
}

/** Runs a sandbox until a signal; writes the kubeconfig of the administrator. */
async function main(): Promise<void> {
  const given = argumentsOf(process.argv.slice(2));
  if (given === undefined) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const onFault = (message: string): void => console.error(`kube-sandbox: fault: ${message}`);
  const sandbox = await startSandbox(given, onFault);
  const kubeconfig = resolve(given.dataDir, 'kubeconfig');
  try {
    await writePrivateFile(kubeconfig, adminKubeconfig(sandbox));
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
  process.stdout.write(`serving ${sandbox.url}\nexport KUBECONFIG=${kubeconfig}\n`);
  await stopped(sandbox);
}

/** Resolves after a stop by a signal. Rejects if the sandbox ends without one. */
async function stopped(sandbox: RunningSandbox): Promise<void> {
  const asked = Promise.withResolvers<undefined>();
  // A terminal and npx may both send SIGINT: the second must not end the process.
  const stop = (): void => asked.resolve(undefined);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const failure = await Promise.race([asked.promise, sandbox.ended]);
  if (failure !== undefined) throw failure;
  await sandbox.stop();
}

await main().catch((error: unknown) => {
  console.error(`kube-sandbox: ${error instanceof Error ? error.message : 'the start failed'}`);
  process.exitCode = 1;
});
