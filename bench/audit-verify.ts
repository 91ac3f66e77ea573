import { fork, spawn } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NoteVerifier } from '../src/audit/log/domain/note-key.js';
import { LogStore } from '../src/audit/log/log-store.js';
import type { Place } from './audit-place.js';
import { heading, perSecond, report } from './audit-report.js';
import { publishAll } from './audit-tree.js';
import { bounded, type Figures } from './floors.js';
import { figuresOf, type ProcessFigures } from './process-figures.js';

/** Plain Node on the compiled program, as it is shipped. */
const program = new URL('../dist/', import.meta.url);
const exporter = fileURLToPath(new URL('./audit-export-child.mjs', import.meta.url));

const comparedTimes = 2;

type Checkpoint = Awaited<ReturnType<LogStore['checkpoints']>>[number];

/** An export and its check, each in a process of its own; of a part of the log first, then all. */
export async function benchVerify(place: Place): Promise<Figures> {
  heading('export and verify');
  const whole = await publishAll(place);
  const found = await new LogStore(place.database).checkpoints(whole.size / 4 - 1, whole.size, 1);
  const [part = whole] = found;
  const small = await exportAndVerify(place, part);
  const large = await exportAndVerify(place, whole);
  const times = (whole.size / part.size).toFixed(1);
  // A log that is too short has no checkpoint on the way: nothing was compared then.
  const isLonger = whole.size >= comparedTimes * part.size;
  const growthMib = (of: 'exported' | 'verified') => {
    return isLonger ? large[of].peakMib - small[of].peakMib : NaN;
  };
  const [exportGrowthMib, verifyGrowthMib] = [growthMib('exported'), growthMib('verified')];
  report(`memory, ${times} times as many events`, `export ${signed(exportGrowthMib)}`);
  report('', `verify ${signed(verifyGrowthMib)}`);
  const rateOf = ({ verified, size }: Awaited<ReturnType<typeof exportAndVerify>>) => {
    return perSecond(size, verified.tookMs);
  };
  return bounded('audit', {
    verifiedPerSecond: Math.min(rateOf(small), rateOf(large)),
    exportGrowthMib,
    verifyGrowthMib,
  });
}

async function exportAndVerify(place: Place, checkpoint: Checkpoint) {
  const file = join(place.scratch, 'export');
  const { verifiers } = place.keyFile.keys();
  const { size } = checkpoint;
  try {
    const exported = await exportTo(file, place, checkpoint);
    const mb = Math.round(statSync(file).size / 1e6);
    report(`export of ${size} (${mb} MB)`, told(exported, size));
    const verified = await verify(file, verifiers);
    report(`verify of ${size}`, told(verified, size));
    return { size, exported, verified };
  } finally {
    rmSync(file, { force: true });
  }
}

async function exportTo(
  file: string,
  { database, keyFile }: Place,
  { size, note }: Checkpoint,
): Promise<ProcessFigures> {
  const { verifiers } = keyFile.keys();
  // Keys themselves cannot be sent, nor does an export need them.
  const sent = verifiers.map(({ vkey }) => ({ vkey }));
  const child = fork(exporter, [program.href], { execArgv: [] });
  child.send({ location: database.location, verifiers: sent, checkpoint: { size, note }, file });
  return succeeded(await figuresOf(child));
}

async function verify(file: string, verifiers: readonly NoteVerifier[]): Promise<ProcessFigures> {
  const keys = verifiers.flatMap(({ vkey }) => ['--key', vkey]);
  const command = fileURLToPath(new URL('cli.js', program));
  const args = [command, 'audit', 'verify', file, ...keys, '--quiet'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return succeeded(await figuresOf(child));
}

function succeeded(figures: ProcessFigures): ProcessFigures {
  if (figures.code !== 0) throw new Error(`it ended with code ${figures.code}`);
  return figures;
}

/** The start of the process is part of the time. */
function told({ tookMs, cpuMs, peakMib }: ProcessFigures, entries: number): string {
  const seconds = (tookMs / 1_000).toFixed(1);
  const ofCpu = perSecond(entries, cpuMs);
  return `${perSecond(entries, tookMs)}/s in ${seconds} s (${ofCpu}/s of CPU), peak ${peakMib} MiB`;
}

function signed(mib: number): string {
  return `${mib < 0 ? '' : '+'}${mib} MiB`;
}
