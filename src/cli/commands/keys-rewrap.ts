import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../platform/config/config.js';
import { limits } from '../../core/limits.js';
import { type RewrapResult, rewrapAll } from '../../encryption/rewrap.js';
import { type RewrappedRuns, rewrapRuns } from '../../rotation/store/rewrap-runs.js';
import { rewrapSealingKeys } from '../../sealing/store/rewrap-sealing-keys.js';
import type { CommandIo, ExitCode } from '../command.js';
import { type Operator, openOperator } from '../operator.js';
import { type OperatorKeys, openOperatorKeys } from '../operator-keys.js';
import { Progress } from '../progress.js';

export const summary = 'puts all versions under the active key';

export const usage = `sallyport keys rewrap [OPTIONS]

Wraps the data key of every version by the active key, ${limits.rewrapBatchMax} in each transaction,
those of what rotations keep, and those of keys for sealed values. Values are not decrypted. What
was done when it is ended stays done, and the next run goes on.

  --config FILE  settings, as in sallyport.example.yaml; variables SALLYPORT_* win
  --retire       afterwards takes away for good the keys that the gateway made and nothing is under;
                 backups from before cannot be opened then
  --quiet        says nothing but what was done

With SQLite the gateway must be stopped. Ends with 0; with 1 where versions are damaged, which stay
as they are; with 2 where it could not be done.`;

const options = {
  config: { type: 'string' },
  retire: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
} as const;

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parseArgs({ args: [...args], options });
  const config = loadConfig(values.config === undefined ? {} : { file: values.config });
  const operator = await openOperator(config, io);
  try {
    const keys = await openOperatorKeys(config, operator, io);
    try {
      const damaged = await rewrapEverything(keys, operator, io, values.quiet);
      if (values.retire) await retire(keys, operator, io);
      return damaged === 0 ? 0 : 1;
    } finally {
      await keys.ring.close();
    }
  } finally {
    await operator.close();
  }
}

/** Returns how much of it is damaged. */
async function rewrapEverything(
  keys: OperatorKeys,
  operator: Operator,
  io: CommandIo,
  isQuiet: boolean,
): Promise<number> {
  const versions = await rewrap(keys, operator, io, isQuiet);
  const runs = await rewrapRotations(keys, operator, io);
  const sealing = await rewrapSealing(keys, operator, io);
  return versions.damaged + runs.damaged + sealing.damaged;
}

async function rewrapSealing(
  { ring }: OperatorKeys,
  operator: Operator,
  io: CommandIo,
): Promise<{ readonly damaged: number }> {
  const encryptionKey = ring.activeKeyId;
  const result = await rewrapSealingKeys({
    ring,
    database: operator.database,
    record: (rewrapped) => operator.record({ action: 'keys.rewrap', encryptionKey, rewrapped }),
    onDamaged: ({ generation }) =>
      io.err(`the key ${generation} for sealed values is damaged or belongs elsewhere\n`),
  });
  const { rewrapped } = result;
  if (rewrapped > 0) io.out(`${rewrapped} keys for sealed values are under ${encryptionKey} now\n`);
  return result;
}

async function rewrapRotations(
  { ring, runs }: OperatorKeys,
  operator: Operator,
  io: CommandIo,
): Promise<RewrappedRuns> {
  const encryptionKey = ring.activeKeyId;
  const result = await rewrapRuns({
    ring,
    runs,
    record: (rewrapped) => operator.record({ action: 'keys.rewrap', encryptionKey, rewrapped }),
    onDamaged: ({ id, namespace, name }) =>
      io.err(`rotation ${id} of ${namespace}/${name} is damaged or belongs elsewhere\n`),
  });
  const { rewrapped } = result;
  if (rewrapped > 0)
    io.out(`the values of ${rewrapped} rotations are under ${encryptionKey} now\n`);
  return result;
}

async function rewrap(
  { ring, versions }: OperatorKeys,
  operator: Operator,
  io: CommandIo,
  isQuiet: boolean,
): Promise<RewrapResult> {
  const progress = new Progress(io, { isQuiet, what: 'versions' });
  const encryptionKey = ring.activeKeyId;
  const result = await rewrapAll({
    ring,
    store: versions,
    record: (rewrapped) => operator.record({ action: 'keys.rewrap', encryptionKey, rewrapped }),
    onProgress: (done, total) => progress.tell(done, total),
    onDamaged: ({ namespace, name, version }) => {
      progress.end();
      io.err(`version ${version} of ${namespace}/${name} is damaged or belongs elsewhere\n`);
    },
  });
  progress.end();
  io.out(`${result.rewrapped} versions are under ${encryptionKey} now\n`);
  return result;
}

async function retire(keys: OperatorKeys, operator: Operator, io: CommandIo): Promise<void> {
  if (operator.database.writers === 'many') {
    // Replicas that have not checked yet may still wrap with the former key.
    await pause(2 * limits.keyLookMs);
    await rewrapEverything(keys, operator, io, true);
  }
  const retired = await keys.ring.retireUnused(await keys.keyUse());
  for (const id of retired) io.out(`${id} is retired\n`);
}
