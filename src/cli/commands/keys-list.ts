import { parseArgs } from 'node:util';
import { loadConfig } from '../../platform/config/config.js';
import { limits } from '../../core/limits.js';
import { isRotationDue } from '../../encryption/domain/key-age.js';
import { unknownKeys } from '../../encryption/domain/plan-keys.js';
import {
  type EncryptionKeyRow,
  EncryptionKeysStore,
} from '../../encryption/encryption-keys.store.js';
import { keyUse } from '../../encryption/key-use.js';
import { openStorage } from '../../platform/storage/open-storage.js';
import type { CommandIo, ExitCode } from '../command.js';

export const summary = 'lists the keys that history is encrypted with';

export const usage = `sallyport keys list [OPTIONS]

Lists the keys that the database knows: where each comes from, its state, when it was made, how
many data keys it has wrapped (a running gateway counts up to ${2 * limits.keyWrapsReserved} ahead),
and how many versions are under it, with values of rotations and keys for sealed values among them.
Needs no key.

  --config FILE  settings, as in sallyport.example.yaml; variables SALLYPORT_* win

With SQLite the gateway must be stopped. Ends with 0; with 1 where a key is due to be replaced, or
versions are under one that is gone; with 2 where it could not be done.`;

const options = { config: { type: 'string' } } as const;
const HEADER = ['KEY', 'SOURCE', 'STATE', 'MADE', 'WRAPS', 'VERSIONS'] as const;

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parseArgs({ args: [...args], options });
  const config = loadConfig(values.config === undefined ? {} : { file: values.config });
  const database = await openStorage(config.storage.url, config.dataDir);
  try {
    const rows = await new EncryptionKeysStore(database).keys();
    const versions = await keyUse(database);
    io.out(table([HEADER, ...rows.map((row) => cells(row, versions.get(row.id) ?? 0))]));
    const problems = problemsOf(rows, versions);
    for (const problem of problems) io.err(`${problem}\n`);
    return problems.length === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
}

function cells(row: EncryptionKeyRow, versions: number): readonly string[] {
  const { id, provider, state, created_ms: madeMs, wraps } = row;
  const made = new Date(madeMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return [id, provider, state, made, String(wraps), String(versions)];
}

function problemsOf(
  rows: readonly EncryptionKeyRow[],
  versions: ReadonlyMap<string, number>,
): readonly string[] {
  const gone = rows.filter(({ id, state }) => state === 'retired' && (versions.get(id) ?? 0) > 0);
  const lost = [...gone.map(({ id }) => id), ...unknownKeys(rows, versions)];
  const due = rows.filter(
    ({ state, created_ms: createdMs, wraps }) =>
      state === 'active' && isRotationDue({ createdMs, wraps }, Date.now()),
  );
  return [
    ...lost.map((id) => `${versions.get(id)} versions are under ${id}, which is gone`),
    ...due.map(({ id }) => `${id} is due to be replaced: sallyport keys rotate`),
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = HEADER.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}
