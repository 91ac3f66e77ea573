import { setImmediate } from 'node:timers/promises';
import { kinds } from '../src/schemas/domain/kinds/kinds.js';
import { mutated, randomFrom, samples } from '../test/unit/schemas/domain/kinds/fuzzed-values.js';
import { heading, report } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { bytesInUse } from './schemas-memory.js';

const SEED = 20_261_201;
const BYTES_PER_MB = 1_000_000;
/** Values between two turns of the event loop. */
const batch = 200;
const context = { nowMs: Date.now(), password: 'changeit' };

/** Sends changed values to the check of each kind for a time; returns the worst of all kinds. */
export async function benchKinds(secondsEach: number): Promise<Figures> {
  heading(`changed values of ${kinds.size} kinds, ${secondsEach} s each`);
  const memoryBefore = bytesInUse();
  let worstMs = 0;
  for (const name of kinds.keys()) {
    const { checked, slowestMs } = await fuzzed(name, secondsEach * 1_000);
    report(name, `${checked} values, the slowest ${slowestMs.toFixed(1)} ms`);
    worstMs = Math.max(worstMs, slowestMs);
  }
  const grownMb = (bytesInUse() - memoryBefore) / BYTES_PER_MB;
  report('memory in use', `${grownMb.toFixed(1)} MB more`);
  return bounded('schemas', { kindWorstMs: worstMs, kindsMemoryMb: grownMb });
}

async function fuzzed(name: string, forMs: number) {
  const kind = kinds.get(name);
  const given = (samples[name] ?? []).map((sample) => Buffer.from(sample));
  if (kind === undefined || given.length === 0) throw new Error(`no sample of ${name}`);
  const random = randomFrom(SEED);
  const endMs = performance.now() + forMs;
  let checked = 0;
  let slowestMs = 0;
  while (performance.now() < endMs) {
    for (let index = 0; index < batch; index += 1, checked += 1) {
      const sample = given[checked % given.length] ?? Buffer.alloc(0);
      const bytes = mutated(sample, random).subarray(0, kind.bytesMax);
      const startMs = processorMs();
      kind.reasons({ bytes, text: textOf(bytes) }, context);
      slowestMs = Math.max(slowestMs, processorMs() - startMs);
    }
    await setImmediate();
  }
  return { checked, slowestMs };
}

/** Not the time of other processes of the machine. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
