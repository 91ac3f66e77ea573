import { describe, expect, it } from 'vitest';
import { byPlace, type CpuProfile, selfTimes } from '../../../bench/cpu-profile.js';

function nodeOf(id: number, functionName: string, url: string) {
  return { id, callFrame: { functionName, url, lineNumber: 0, columnNumber: 0 } };
}

/** Samples of one millisecond each, from the moment 1,000,000 on. */
function profileOf(samples: readonly number[]): CpuProfile {
  return {
    nodes: [
      nodeOf(1, '(idle)', ''),
      nodeOf(2, '', 'file:///srv/dist/http/answer.js'),
      nodeOf(3, 'route', 'file:///srv/node_modules/@nestjs/core/router.js'),
      nodeOf(4, 'read', 'file:///srv/dist/http/answer.js'),
      nodeOf(5, '(garbage collector)', ''),
      nodeOf(6, 'write', ''),
      nodeOf(7, 'emit', 'node:events'),
    ],
    startTime: 999_000,
    samples,
    timeDeltas: samples.map(() => 1_000),
  };
}

describe('selfTimes', () => {
  it('tells what each function took, the longest first, and nothing of waiting', () => {
    expect(selfTimes(profileOf([4, 1, 4, 3, 1]), 0, 2_000_000)).toEqual([
      { place: 'http/answer.js', functionName: 'read', us: 2_000 },
      { place: '@nestjs/core', functionName: 'route', us: 1_000 },
    ]);
  });

  it('leaves out what was before or after', () => {
    expect(selfTimes(profileOf([4, 3, 7, 4, 4]), 1_001_000, 1_003_000)).toEqual([
      { place: '@nestjs/core', functionName: 'route', us: 1_000 },
      { place: 'node:events', functionName: 'emit', us: 1_000 },
    ]);
  });

  it('has names for what has no file and for functions without one', () => {
    const places = selfTimes(profileOf([5, 6, 2, 1]), 0, 2_000_000);
    expect(places).toEqual([
      { place: '(garbage collector)', functionName: '(garbage collector)', us: 1_000 },
      { place: '(native)', functionName: 'write', us: 1_000 },
      { place: 'http/answer.js', functionName: '(anonymous)', us: 1_000 },
    ]);
  });
});

describe('selfTimes of a bundled program', () => {
  it('tells the file that a function was bundled from', () => {
    const sourceOf = ({ url }: { readonly url: string }) =>
      url.endsWith('/answer.js') ? '../../../src/http/answer.ts' : url;
    expect(selfTimes(profileOf([4, 3, 1]), 0, 2_000_000, sourceOf)).toEqual([
      { place: 'http/answer.ts', functionName: 'read', us: 1_000 },
      { place: '@nestjs/core', functionName: 'route', us: 1_000 },
    ]);
  });
});

describe('byPlace', () => {
  it('sums the functions of a file or package', () => {
    const times = selfTimes(profileOf([3, 2, 4, 4, 1]), 0, 2_000_000);
    expect(byPlace(times)).toEqual([
      { place: 'http/answer.js', us: 3_000 },
      { place: '@nestjs/core', us: 1_000 },
    ]);
  });
});
