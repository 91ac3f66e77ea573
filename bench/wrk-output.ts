/** What one run of a load has shown. */
export interface LoadFigures {
  readonly requests: number;
  readonly perSecond: number;
  readonly bytesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** Kinds and counts; empty where all went well. */
  readonly failures: string;
}

const kinds = ['connect', 'read', 'write', 'status', 'timeout'] as const;
type Count = 'requests' | 'tookUs' | 'bytes' | 'p50Us' | 'p99Us' | 'worstUs';
type Said = Readonly<Record<Count | (typeof kinds)[number], number>>;

/** Reads the line that `wrk.lua` adds to what wrk says; throws where there is none. */
export function parseWrk(output: string): LoadFigures {
  const line = output.split('\n').findLast((one) => one.startsWith('{"requests":'));
  if (line === undefined) throw new Error(`wrk has not told its figures: ${output}`);
  const said = JSON.parse(line) as Said;
  const seconds = said.tookUs / 1_000_000;
  const failures = kinds.filter((kind) => said[kind] > 0).map((kind) => `${said[kind]} ${kind}`);
  if (said.requests === 0) failures.push('no answer at all');
  return {
    requests: said.requests,
    perSecond: said.requests / seconds,
    bytesPerSecond: said.bytes / seconds,
    p50Ms: said.p50Us / 1_000,
    p99Ms: said.p99Us / 1_000,
    worstMs: said.worstUs / 1_000,
    failures: failures.join(', '),
  };
}
