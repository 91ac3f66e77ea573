import { parseArgs } from 'node:util';
import { DeadLetters } from '../../audit/sinks/dead-letters.js';
import { openSink } from '../../audit/sinks/open-sink.js';
import { resendDeadLetters } from '../../audit/sinks/resend.js';
import { loadConfig } from '../../platform/config/config.js';
import { version } from '../../core/version.js';
import { type CommandIo, type ExitCode, UsageError } from '../command.js';
import { openOperator } from '../operator.js';
import { Progress } from '../progress.js';

export const summary = 'sends again what a sink of the audit log would not take';

export const usage = `sallyport audit resend --sink NAME [OPTIONS]

Sends the dead letters of a sink once more, in the order of the log, and takes off the list what it
takes now. What it still refuses stays. That it is done is written into the log first.

  --sink NAME    the name of the sink in audit.sinks
  --config FILE  settings, as in sallyport.example.yaml; variables SALLYPORT_* win
  --quiet        says nothing but what became of it

With SQLite the gateway must be stopped. With PostgreSQL storage.url must name a role that may
delete. Ends with 0 where no dead letter is left; with 1 where some are; with 2 where it could not
be done.`;

const options = {
  config: { type: 'string' },
  sink: { type: 'string' },
  quiet: { type: 'boolean', default: false },
} as const;

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parseArgs({ args: [...args], options });
  if (values.sink === undefined) throw new UsageError('name a sink with --sink NAME');
  const config = loadConfig(values.config === undefined ? {} : { file: values.config });
  const settings = config.audit.sinks.find(({ name }) => name === values.sink);
  if (settings === undefined) throw new UsageError(`audit.sinks has no sink ${values.sink}`);
  const operator = await openOperator(config, io);
  const sink = openSink(settings, version);
  const progress = new Progress(io, { isQuiet: values.quiet, what: 'dead letters' });
  try {
    const letters = new DeadLetters(operator.database, sink.name);
    const before = await letters.count();
    if (before === 0) {
      io.out('there are no dead letters\n');
      return 0;
    }
    const log = { place: `sink:${sink.name}`, deadLetters: before };
    await operator.record({ action: 'audit.resend', log });
    const onProgress = (taken: number): void => progress.tell(taken, before);
    const { taken, reason } = await resendDeadLetters({ sink, letters, onProgress });
    progress.end();
    const left = await letters.count();
    io.out(`${taken} events were taken, ${left} are left${left > 0 ? `: ${reason}` : ''}\n`);
    return left === 0 ? 0 : 1;
  } finally {
    await sink.close();
    await operator.close();
  }
}
