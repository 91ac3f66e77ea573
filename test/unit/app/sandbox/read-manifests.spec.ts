import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readManifests } from '../../../../src/app/sandbox/read-manifests.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-manifests-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

function file(path: string, text: string): string {
  mkdirSync(join(dir, path, '..'), { recursive: true });
  writeFileSync(join(dir, path), text);
  return join(dir, path);
}

function object(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
}

const namesIn = (path: string) => readManifests(path).map(({ metadata }) => metadata.name);

describe('manifests', () => {
  it('are those of a file, in order, without empty documents', () => {
    const path = file('all.yaml', `# a comment\n---\n${object('a')}---\n---\n${object('b')}`);
    expect(namesIn(path)).toEqual(['a', 'b']);
  });

  it('are those of a kustomization and of all that it lists, in order', () => {
    file('top/kustomization.yaml', 'kind: Kustomization\nresources: [../base, last.yaml]\n');
    file('top/last.yaml', object('last'));
    file('base/kustomization.yaml', 'resources: [one.yaml, two.yaml]\n');
    file('base/one.yaml', object('one'));
    file('base/two.yaml', object('two'));
    expect(namesIn(join(dir, 'top'))).toEqual(['one', 'two', 'last']);
  });

  it('have their anchors resolved', () => {
    const yaml = `${object('a')}data: { one: &text hello, two: *text }\n`;
    expect(readManifests(file('a.yaml', yaml))).toMatchObject([
      { data: { one: 'hello', two: 'hello' } },
    ]);
  });

  it('of a kustomization that wants more are refused, not half read', () => {
    file('kustomization.yaml', 'resources: []\nnamePrefix: x-\n');
    expect(() => readManifests(dir)).toThrow('namePrefix is not understood here');
  });

  it.each([
    ['what is no YAML', 'a: [1'],
    ['what has no kind', 'apiVersion: v1\nmetadata: { name: a }'],
    ['what has no name', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}'],
  ])('are not made of %s', (_what, text) => {
    expect(() => readManifests(file('bad.yaml', text))).toThrow(join(dir, 'bad.yaml'));
  });

  it('of the shipped sandbox are all there', () => {
    expect(namesIn('deploy/sandbox')).toContain('sallyport-broker');
    expect(namesIn('deploy/sandbox/seed.yaml').at(-1)).toBe('sallyport-sandbox-seed');
  });
});
