import { parseArgs } from 'node:util';
import { acceptLostEntries, acceptRollbacks } from '../../audit/anchors/accept-rollback.js';
import { isReadable } from '../../audit/anchors/anchor.js';
import { AnchoredLog } from '../../audit/anchors/anchored-log.js';
import { rollbackSentence } from '../../audit/anchors/domain/rollback.js';
import { RollbackGuard } from '../../audit/anchors/rollback-guard.js';
import type { AuditFacts } from '../../audit/domain/audit-event.js';
import { unrecordedSentence } from '../../audit/log/domain/missing-entries.js';
import { emptyRoot } from '../../audit/log/domain/tree-hash.js';
import { LogStore } from '../../audit/log/log-store.js';
import { knownVerifiers, logKeyFile } from '../../audit/log/audit-log.js';
import { TileReader } from '../../audit/log/tile-reader.js';
import { loadConfig } from '../../platform/config/config.js';
import { limits } from '../../core/limits.js';
import { type CommandIo, type ExitCode, UsageError } from '../command.js';
import { openOperator } from '../operator.js';
import { openOperatorAnchors } from '../operator-anchors.js';

export const summary = 'accepts that the audit log lost what was anchored of it';

export const usage = `sallyport audit accept-rollback --reason TEXT [OPTIONS]

Compares the audit log with its anchors, and writes into the log that what they had more is lost,
and why that is accepted, signed with the key of the log. A gateway that refuses requests because
of it serves them again.

  --reason TEXT  why, such as "restored the backup of Monday"; it stays in the log
  --config FILE  settings, as in sallyport.example.yaml; variables SALLYPORT_* win

With SQLite the gateway must be stopped. Ends with 0 where the log fits its anchors now; with 1
where an anchor could not be read, so that nothing is known of it; with 2 where nothing was done.`;

const options = { config: { type: 'string' }, reason: { type: 'string' } } as const;

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parseArgs({ args: [...args], options });
  const reason = values.reason?.trim() ?? '';
  if (reason === '') throw new UsageError('say why with --reason TEXT');
  if (reason.length > limits.changeReasonCharactersMax) {
    throw new UsageError(`the reason is over ${limits.changeReasonCharactersMax} characters`);
  }
  const config = loadConfig(values.config === undefined ? {} : { file: values.config });
  // Throws before any lookup if the key is absent: it has to sign.
  const { signer } = logKeyFile(config).keys();
  const places = await openOperatorAnchors(config);
  const operator = await openOperator(config, io);
  try {
    const { database } = operator;
    const store = new LogStore(database);
    const log = new AnchoredLog({
      database,
      store,
      tiles: new TileReader(store),
      verifiers: knownVerifiers(config),
    });
    const onAlarm = (message: string): void => io.err(`${message}\n`);
    const guard = new RollbackGuard({ anchors: places.anchors.filter(isReadable), log, onAlarm });
    await guard.look();
    const { found, moreLost, goneUnrecorded: gone, unread } = guard;
    const isNone = found.length + moreLost.found.length === 0 && gone === 0;
    if (guard.refusal !== undefined && isNone) throw new Error(guard.refusal);
    const record = (facts: AuditFacts) => operator.record(facts, reason);
    const current = (await log.newest()) ?? { size: 0, root: emptyRoot() };
    await acceptRollbacks([...found, ...moreLost.found], { signer, current, record });
    for (const { rollback } of found) io.out(`accepted: ${rollbackSentence(rollback)}\n`);
    if (moreLost.warning !== undefined) io.out(`accepted: ${moreLost.warning}\n`);
    if (gone > 0) {
      await acceptLostEntries(gone, { signer, record });
      io.out(`accepted: ${unrecordedSentence(gone)}\n`);
    }
    if (isNone) io.out('the audit log fits the anchors that could be read\n');
    return unread.length === 0 ? 0 : 1;
  } finally {
    await operator.close();
    places.close();
  }
}
