import { parseArgs } from 'node:util';
import { openCheckpoint } from '../../audit/log/domain/checkpoint.js';
import { signRotation } from '../../audit/log/domain/key-rotation.js';
import type { NoteVerifier } from '../../audit/log/domain/note-key.js';
import type { LogKeyFile } from '../../audit/log/log-key-file.js';
import { LogStore } from '../../audit/log/log-store.js';
import { logKeyFile } from '../../audit/log/audit-log.js';
import { loadConfig } from '../../platform/config/config.js';
import { type CommandIo, type ExitCode, UsageError } from '../command.js';
import { type Operator, openOperator } from '../operator.js';
import { publishLog } from '../publish-log.js';
import { verifierKeysIn } from '../verifier-keys.js';

export const summary = 'gives the audit log a new signing key; makes the first one';

export const usage = `sallyport audit rotate-key [OPTIONS]

Makes a new key for the checkpoints of the audit log. The old key signs that it is followed by the
new one, and the verifier key of both stays known. A log without a key gets its first.

  --config FILE  settings, as in sallyport.example.yaml; variables SALLYPORT_* win
  --lost         the key file is gone: the new key follows one that can sign no more
  --keys FILE    with --lost: the verifier keys of the log, as /v1/audit/keys had them

With SQLite the gateway must be stopped; with PostgreSQL every replica must get the new key file.
Ends with 0, or with 2 where it could not be done.`;

const options = {
  config: { type: 'string' },
  lost: { type: 'boolean', default: false },
  keys: { type: 'string' },
} as const;

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parseArgs({ args: [...args], options });
  if (values.lost !== (values.keys !== undefined)) {
    throw new UsageError('--lost and --keys FILE go together');
  }
  const config = loadConfig(values.config === undefined ? {} : { file: values.config });
  const keyFile = logKeyFile(config);
  const former = values.keys === undefined ? [] : verifierKeysIn(values.keys);
  const operator = await openOperator(config, io);
  try {
    await (keyFile.isThere ? rotate(keyFile, operator) : begin(keyFile, operator, former));
  } finally {
    await operator.close();
  }
  const { verifiers } = keyFile.keys();
  io.err(`${keyFile.path} has the new key; the verifier keys of the log, newest last:\n`);
  io.out(verifiers.map(({ vkey }) => `${vkey}\n`).join(''));
  return 0;
}

/**
 * Rotates the key. The old key vouches for the new key in an event, and signs the log with this
 * event before the new key replaces it.
 */
async function rotate(keyFile: LogKeyFile, operator: Operator): Promise<void> {
  const next = keyFile.prepareNext();
  try {
    const { vkey } = next;
    const { size: treeSize } = await new LogStore(operator.database).head();
    const logKeyNote = signRotation({ vkey, treeSize }, keyFile.keys().signer);
    await operator.record({ action: 'keys.rotate', logKey: vkey, logKeyNote });
    await publishLog(keyFile, operator);
    next.use();
  } finally {
    next.drop();
  }
}

async function begin(
  keyFile: LogKeyFile,
  operator: Operator,
  former: readonly NoteVerifier[],
): Promise<void> {
  const last = await new LogStore(operator.database).lastCheckpoint();
  if (last === undefined) {
    keyFile.create(former);
    return;
  }
  if (openCheckpoint(last.note, former) === undefined) {
    throw new UsageError(
      former.length === 0
        ? `the key file ${keyFile.path} is missing: bring it back, or call this with --lost`
        : 'the last checkpoint was signed with none of the keys in --keys',
    );
  }
  keyFile.create(former);
  const { vkey } = keyFile.keys().signer.verifier;
  await operator.record({ action: 'keys.rotate', logKey: vkey });
  await publishLog(keyFile, operator);
}
