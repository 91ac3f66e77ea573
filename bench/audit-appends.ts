import { Buffer } from 'node:buffer';
import type { LogEntry } from '../src/audit/domain/log-entry.js';
import { generatedRows } from './audit-events.js';
import type { Place } from './audit-place.js';
import { cpuOfEach, heading, p50AndP99, perSecond, report } from './audit-report.js';
import { startTrail } from './audit-trail-beside.js';
import { publishAll } from './audit-tree.js';
import { bounded, type Figures } from './floors.js';
import { percentile } from './percentile.js';

const concurrency = 32;
const warmMs = 1_000;
const differentEvents = 10_000;

/** How fast callers who wait for the disk, 32 of them, get their events onto it. */
export async function benchAppends(place: Place, runMs: number): Promise<Figures> {
  heading('appends, each on disk');
  await publishAll(place);
  const trail = await startTrail(place);
  try {
    const entries = singles();
    let next = 0;
    const load = async (forMs: number) => {
      const waits: number[] = [];
      const startedAt = performance.now();
      const caller = async () => {
        while (performance.now() - startedAt < forMs) {
          const entry = entries[next++ % entries.length];
          if (entry === undefined) throw new Error('no event was generated');
          const askedAt = performance.now();
          await trail.writer.append(entry);
          waits.push(performance.now() - askedAt);
        }
      };
      await Promise.all(Array.from({ length: concurrency }, caller));
      return { waits, tookMs: performance.now() - startedAt };
    };
    await load(warmMs);
    trail.takeCommits();
    const signedBefore = trail.checkpoints();
    const before = process.cpuUsage();
    const { waits, tookMs } = await load(runMs);
    const cpu = cpuOfEach(waits.length, before);
    const commits = trail.takeCommits();
    const rate = perSecond(waits.length, tookMs);
    report(`${concurrency} at once`, `${rate} events/s`);
    report('wait of each', p50AndP99(waits));
    const events = Math.round(waits.length / commits.length);
    report('commits', `${commits.length} of ${events} events; ${p50AndP99(commits)}`);
    report('CPU of an event, signing included', cpu);
    report('checkpoints signed meanwhile', String(trail.checkpoints() - signedBefore));
    return bounded('audit', { appendsPerSecond: rate, appendP99Ms: percentile(waits, 99) });
  } finally {
    await trail.stop();
  }
}

function singles(): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  for (const { entry } of generatedRows(differentEvents)) {
    if (entry.stage !== 'single') continue;
    const { source } = entry;
    entries.push({ json: Buffer.from(entry.event).toString('utf8'), stage: 'single', source });
  }
  return entries;
}
