import { parseArgs } from 'node:util';
import { anchorRow } from '../../audit/anchors/anchor-publisher.js';
import { logKeyFile } from '../../audit/log/audit-log.js';
import { type PruneRange, prune } from '../../audit/retention/prune.js';
import { PruneStore } from '../../audit/retention/prune-store.js';
import { loadConfig } from '../../platform/config/config.js';
import type { Config } from '../../platform/config/config.schema.js';
import { type CommandIo, type ExitCode, UsageError } from '../command.js';
import { type Operator, openOperator } from '../operator.js';
import { openOperatorAnchors } from '../operator-anchors.js';
import { Progress } from '../progress.js';
import { publishLog } from '../publish-log.js';

export const summary = 'takes away the oldest events of the audit log';

export const usage = `sallyport audit prune [OPTIONS]

Takes away what is older than audit.retention.maxAge, or too much for audit.retention.maxBytes:
whole bundles of 256 events from the oldest on, and only what is signed, anchored and fed to every
sink. What goes is written into the log first. The hashes stay, so that the rest can be verified.

  --config FILE   settings, as in sallyport.example.yaml; variables SALLYPORT_* win
  --max-age AGE   an age such as 365d, in place of the setting
  --quiet         says nothing but what went

With SQLite the gateway must be stopped (it prunes by itself, too). With PostgreSQL storage.url
must name a role that may delete, and a gateway must run: it signs what is written.
Ends with 0, or with 2 where it could not be done.`;

const options = {
  config: { type: 'string' },
  'max-age': { type: 'string' },
  quiet: { type: 'boolean', default: false },
} as const;

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parseArgs({ args: [...args], options });
  const config = loadConfig(values.config === undefined ? {} : { file: values.config });
  const { maxAge, maxBytes } = config.audit.retention;
  const retention = { maxAge: values['max-age'] ?? maxAge, maxBytes };
  if ((retention.maxAge ?? maxBytes) === undefined) {
    throw new UsageError('name an age with --max-age, or set audit.retention');
  }
  if (retention.maxAge !== undefined && !/^[1-9]\d{0,5}[smhdw]$/.test(retention.maxAge)) {
    throw new UsageError('--max-age is an age such as 365d (s, m, h, d, w)');
  }
  const operator = await openOperator(config, io);
  const progress = new Progress(io, { isQuiet: values.quiet, what: 'entries' });
  try {
    const { pruned, held } = await pruneAll(config, operator, { retention, progress });
    progress.end();
    if (held.length > 0) io.err(`older events stay: ${held.join(', ')} lack them\n`);
    io.out(pruned === 0 ? 'nothing goes\n' : `${pruned} events are gone\n`);
    return 0;
  } finally {
    await operator.close();
  }
}

async function pruneAll(
  config: Config,
  operator: Operator,
  rules: {
    readonly retention: Config['audit']['retention'];
    readonly progress: Progress;
  },
): Promise<{ readonly pruned: number; readonly held: readonly string[] }> {
  const places = await openOperatorAnchors(config);
  // Only their names are needed.
  places.close();
  let held: readonly string[] = [];
  const parts = {
    onHeld: (names: readonly string[]) => void (held = names),
    store: new PruneStore(operator.database, operator.mac),
    retention: rules.retention,
    anchors: places.anchors.map(anchorRow),
    sinks: config.audit.sinks.map(({ name }) => name),
    record: async ({ from, to }: PruneRange) => {
      await operator.record({ action: 'audit.prune', log: { prunedFrom: from, prunedTo: to } });
      // With several processes, the gateways sign.
      if (operator.database.writers === 'one') await publishLog(logKeyFile(config), operator);
    },
    onProgress: (done: number, total: number) => rules.progress.tell(done, total),
  };
  let gone = 0;
  for (;;) {
    const range = await prune(parts);
    if (range === undefined) return { pruned: gone, held };
    gone += range.to - range.from;
  }
}
