import { parseArgs } from 'node:util';
import { adoptEntries, foreignEntries } from '../../audit/log/adopt-entries.js';
import { LogStore } from '../../audit/log/log-store.js';
import { loadConfig } from '../../platform/config/config.js';
import { limits } from '../../core/limits.js';
import { adoptHistory } from '../../versions/store/adopt-history.js';
import type { CommandIo, ExitCode } from '../command.js';
import { type Operator, openOperator } from '../operator.js';
import { type OperatorKeys, openOperatorKeys } from '../operator-keys.js';
import { historyCheck, rowScans } from '../../app/stored-rows.js';

export const summary = 'lists rows without a valid MAC, or gives them one';

export const usage = `sallyport keys adopt [OPTIONS]

Lists the rows of tokens, rotations, histories, sinks and the audit log that no gateway with this
key has written as they are: those of a version before MACs, and those that somebody else has
changed. They are not used, and entries of the log are not signed.

  --config FILE  settings, as in sallyport.example.yaml; variables SALLYPORT_* win
  --all          gives all of them a MAC as they are, and records that; do so once after the
                 upgrade, and after somebody has looked at each of them

With SQLite the gateway must be stopped. Ends with 0 where no such row is left; with 1 where there
are some; with 2 where it could not be done.`;

const options = { config: { type: 'string' }, all: { type: 'boolean', default: false } } as const;

/** A row, or a history with all its rows. */
interface Foreign {
  readonly text: string;
  /** Number of rows that it represents; one if absent. */
  readonly count?: number;
  adopt(): Promise<void>;
}

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parseArgs({ args: [...args], options });
  const config = loadConfig(values.config === undefined ? {} : { file: values.config });
  const operator = await openOperator(config, io);
  try {
    const keys = await openOperatorKeys(config, operator, io);
    try {
      return await adopt(keys, operator, { io, isWanted: values.all });
    } finally {
      await keys.ring.close();
    }
  } finally {
    await operator.close();
  }
}

async function adopt(
  keys: OperatorKeys,
  operator: Operator,
  { io, isWanted }: { readonly io: CommandIo; readonly isWanted: boolean },
): Promise<ExitCode> {
  let count = 0;
  for await (const foreign of foreignRows(keys, operator)) {
    for (const { text } of foreign) io.out(`${text}\n`);
    const rows = foreign.reduce((sum, one) => sum + (one.count ?? 1), 0);
    count += rows;
    if (!isWanted || foreign.length === 0) continue;
    // Recorded first: a crash in between leaves a row that is adopted again.
    await operator.record({ action: 'rows.adopt', count: rows });
    for (const one of foreign) await one.adopt();
  }
  if (count === 0) io.out('every row has its MAC\n');
  else io.out(isWanted ? `${count} are adopted\n` : `${count} are not used: see --help\n`);
  return count === 0 || isWanted ? 0 : 1;
}

async function* foreignRows(
  { mac, integrity }: OperatorKeys,
  { database }: Operator,
): AsyncIterable<readonly Foreign[]> {
  for (const scan of rowScans(database, integrity)) {
    for (let after: string | undefined = ''; after !== undefined;) {
      const rows = await scan.next(after);
      yield rows
        .filter(({ isOurs }) => !isOurs)
        .map((row) => ({ text: `${scan.table} ${row.name}`, adopt: () => row.adopt() }));
      after = rows.length < limits.rowsCheckedAtOnceMax ? undefined : rows.at(-1)?.key;
    }
  }
  const log = new LogStore(database);
  const entries = await foreignEntries(log, mac);
  if (entries !== undefined) {
    const { first, last, count } = entries;
    const text = `audit_entries ${first} to ${last}: ${count} without a MAC`;
    yield [{ text, count, adopt: () => adoptEntries(log, mac, entries) }];
  }
  const histories = historyCheck(database, mac);
  for (let after: number | undefined = 0; after !== undefined;) {
    const { foreign, lastId } = await histories.next(after);
    const ofHistories = Map.groupBy(foreign, ({ historyId }) => historyId);
    yield [...ofHistories].map(([id, rows]) => ({
      text: rows.map(({ table, name }) => `${table} ${name}`).join('\n'),
      adopt: () => adoptHistory(database, histories.seals, id),
    }));
    after = lastId;
  }
}
