import { parseArgs } from 'node:util';
import { createGateway } from './app.setup.js';
import { ConfigurationError, loadConfig } from './config/config.js';
import type { Config } from './config/config.schema.js';
import { StorageError } from './storage/storage-error.js';

const EXIT_FAILURE = 1;

/** Runs the gateway until SIGTERM or SIGINT; one clear sentence and exit code 1 if it cannot. */
export async function serve(args: readonly string[]): Promise<void> {
  try {
    const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } } });
    await run(loadConfig(values.config === undefined ? {} : { file: values.config }));
  } catch (error) {
    console.error(sentenceOf(error));
    process.exit(EXIT_FAILURE);
  }
}

async function run(config: Config): Promise<void> {
  const gateway = await createGateway(config);
  const urls = await gateway.listen();
  for (const url of urls) console.error(`listening on ${url}`);
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    gateway.infrastructure.logger.stopping(signal);
    void gateway.stop().then(() => process.exit(0));
  };
  // A second signal must not end it half-way: npm sends a Ctrl-C on once more.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function sentenceOf(error: unknown): string {
  if (error instanceof ConfigurationError || error instanceof StorageError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `the address is taken: ${message}`;
  return `cannot start: ${message}`;
}
