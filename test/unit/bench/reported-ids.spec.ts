import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Floors } from '../../../bench/floors.js';
import { reportedIds } from './reported-ids.js';

const floors = JSON.parse(readFileSync('bench/floors.json', 'utf8')) as Record<string, Floors>;
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const benches = Object.entries(scripts).flatMap(([script, command]) => {
  const [entry] = /bench\/[\w-]+\.ts$/.exec(command) ?? [];
  return /^bench\b/.test(script) && entry !== undefined ? [{ script, entry }] : [];
});
/** Those that only show figures. */
const withoutBounds = ['bench:profile'];

function entryOf(section: string): string {
  const script = section === 'speed' ? 'bench' : `bench:${section}`;
  return benches.find((bench) => bench.script === script)?.entry ?? '';
}

describe('floors.json and the benchmarks', () => {
  it.each(Object.keys(floors))('agree on the ids of %s', (section) => {
    const reported = reportedIds(entryOf(section)).get(section) ?? [];
    expect(reported.toSorted()).toEqual(Object.keys(floors[section] ?? {}).toSorted());
  });

  it.each(benches)('know each section that $script reports to', ({ script, entry }) => {
    const sections = [...reportedIds(entry).keys()];
    expect(Object.keys(floors)).toEqual(expect.arrayContaining(sections));
    expect(sections.length > 0).toBe(!withoutBounds.includes(script));
  });

  it('agree that npm run bench reports what bench:growth judges', () => {
    const ids = reportedIds('bench/speed.ts').get('growth') ?? [];
    expect(ids.toSorted()).toEqual(Object.keys(floors['growth'] ?? {}).toSorted());
  });
});

describe('the parts in floors.json', () => {
  it.each(Object.entries(floors))('are those that the benchmark %s has', (section, figures) => {
    const text = readFileSync(entryOf(section), 'utf8');
    const parts = Object.values(figures).flatMap(({ part }) => (part === undefined ? [] : [part]));
    const unknown = parts.filter((part) => !new RegExp(`\\b${part}:`).test(text));
    expect(unknown).toEqual([]);
  });
});
