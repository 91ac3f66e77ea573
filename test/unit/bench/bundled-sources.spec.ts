import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BundledSources } from '../../../bench/bundled-sources.js';

let folder: string;
const sources = new BundledSources();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-bundled-'));
  // The first position of the bundle is the first one of the source.
  const map = { version: 3, sources: ['../src/answer.ts'], names: [], mappings: 'AAAA' };
  writeFileSync(join(folder, 'main.js.map'), JSON.stringify(map));
});
afterAll(() => rmSync(folder, { recursive: true }));

const frameOf = (url: string) => ({ functionName: 'f', url, lineNumber: 0, columnNumber: 0 });

it('finds the file that a function was bundled from', () => {
  const url = pathToFileURL(join(folder, 'main.js')).href;
  expect(sources.of(frameOf(url))).toBe('../src/answer.ts');
});

it('names the file itself if there is no map', () => {
  const url = pathToFileURL(join(folder, 'other.js')).href;
  expect(sources.of(frameOf(url))).toBe(url);
  expect(sources.of(frameOf('node:events'))).toBe('node:events');
  expect(sources.of(frameOf(''))).toBe('');
});
