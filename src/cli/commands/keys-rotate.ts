import { parseArgs } from 'node:util';
import { loadConfig } from '../../platform/config/config.js';
import type { CommandIo, ExitCode } from '../command.js';
import { openOperator } from '../operator.js';
import { openOperatorKeys } from '../operator-keys.js';

export const summary = 'makes a new key for what history keeps from now on';

export const usage = `sallyport keys rotate [OPTIONS]

Makes a new key in the data folder, or one that the KMS plugin wraps, as the active one is. It wraps
what is new; the old one still opens what is old, until keys rewrap. A key that was given, as a file
or a variable, is replaced in encryption.keys.

  --config FILE  settings, as in sallyport.example.yaml; variables SALLYPORT_* win

With SQLite the gateway must be stopped. With PostgreSQL and a key in the data folder, every replica
must get the new file. Ends with 0, or with 2 where it could not be done.`;

const options = { config: { type: 'string' } } as const;

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parseArgs({ args: [...args], options });
  const config = loadConfig(values.config === undefined ? {} : { file: values.config });
  const operator = await openOperator(config, io);
  try {
    const { ring } = await openOperatorKeys(config, operator, io);
    try {
      const former = ring.activeKeyId;
      io.out(`${await ring.rotate()} is active in place of ${former}\n`);
    } finally {
      await ring.close();
    }
    return 0;
  } finally {
    await operator.close();
  }
}
