/** A `.cpuprofile` as Node writes it; times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Function of a program, and where it begins; lines and columns count from 0. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
}

export interface SelfTime {
  /** The package, the file of ours, or what V8 calls its own work. */
  readonly place: string;
  readonly functionName: string;
  readonly us: number;
}

const waiting = new Set(['(idle)', '(root)']);

/**
 * What a thread worked on between two moments of its clock, each function once, the longest first.
 * Waiting is left out.
 */
export function selfTimes(
  profile: CpuProfile,
  fromUs: number,
  untilUs: number,
  /** Returns the file of a function; it may be another one than the file that was loaded. */
  sourceOf: (frame: CallFrame) => string = ({ url }) => url,
): SelfTime[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const found = new Map<string, SelfTime>();
  let atUs = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    // A sample is taken at the end of its delta, and stands until the next one.
    atUs += profile.timeDeltas[index] ?? 0;
    const forUs = profile.timeDeltas[index + 1] ?? 0;
    const frame = nodes.get(id)?.callFrame;
    if (atUs < fromUs || atUs >= untilUs || frame === undefined) continue;
    if (waiting.has(frame.functionName)) continue;
    const place = placeOf({ ...frame, url: sourceOf(frame) });
    const functionName = frame.functionName === '' ? '(anonymous)' : frame.functionName;
    const key = `${place} ${functionName}`;
    found.set(key, { place, functionName, us: (found.get(key)?.us ?? 0) + forUs });
  }
  return [...found.values()].toSorted((a, b) => b.us - a.us);
}

/** Sums what is in the same place, the longest first. */
export function byPlace(times: readonly SelfTime[]): { place: string; us: number }[] {
  const sums = new Map<string, number>();
  for (const { place, us } of times) sums.set(place, (sums.get(place) ?? 0) + us);
  return [...sums].map(([place, us]) => ({ place, us })).toSorted((a, b) => b.us - a.us);
}

function placeOf({ url, functionName }: CallFrame): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  if (url.startsWith('node:')) return url;
  const packaged = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (packaged !== undefined) return packaged;
  return url.replace(/.*\/(dist|src)\//, '');
}
