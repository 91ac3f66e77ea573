import { describe, expect, it } from 'vitest';
import { parseWrk } from '../../../bench/wrk-output.js';

const counts = { requests: 30_000, tookUs: 2_000_000, bytes: 8_000_000 };
const latencies = { p50Us: 2_130, p99Us: 6_500, worstUs: 20_000 };
const none = { connect: 0, read: 0, write: 0, status: 0, timeout: 0 };

function outputOf(line: object): string {
  return `Running 2s test @ https://127.0.0.1:1\n  Latency  2.1ms\n${JSON.stringify(line)}\n`;
}

describe('parseWrk', () => {
  it('tells rates by the second and times in milliseconds', () => {
    expect(parseWrk(outputOf({ ...counts, ...latencies, ...none }))).toEqual({
      ...{ requests: 30_000, perSecond: 15_000, bytesPerSecond: 4_000_000 },
      ...{ p50Ms: 2.13, p99Ms: 6.5, worstMs: 20, failures: '' },
    });
  });

  it('tells what was no success', () => {
    const failed = { ...counts, ...latencies, ...none, status: 3, timeout: 1 };
    expect(parseWrk(outputOf(failed)).failures).toBe('3 status, 1 timeout');
  });

  it('counts a run without an answer as failed', () => {
    const silent = { ...counts, ...latencies, ...none, requests: 0 };
    expect(parseWrk(outputOf(silent)).failures).toBe('no answer at all');
  });

  it('refuses an output without the line of figures', () => {
    expect(() => parseWrk('unable to connect\n')).toThrow('unable to connect');
  });
});
