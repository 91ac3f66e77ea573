import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/sandbox/model/kube-object.js';
import type { Change } from '../../../../src/sandbox/model/object-reader.js';
import { listAt } from '../../../../src/sandbox/store/list-at.js';
import { ObjectStore } from '../../../../src/sandbox/store/object-store.js';
import { bounds } from '../../../../src/sandbox/store/sandbox-bounds.js';
import { openSandboxDatabase } from '../../../../src/sandbox/store/sandbox-database.js';

let dir: string;
let store: ObjectStore;
let nowMs: number;

function open(): ObjectStore {
  return new ObjectStore(openSandboxDatabase(dir), () => nowMs);
}

function secret(name: string, labels: Record<string, string> = {}): KubeObject {
  return { kind: 'Secret', apiVersion: 'v1', metadata: { name, namespace: 'a', labels } };
}

const at = (name: string, namespace = 'a') => ({ resource: 'secrets', namespace, name });
const names = (list: readonly { readonly path: string }[]) => list.map(({ path }) => path);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-store-'));
  nowMs = 0;
  store = open();
});

afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('ObjectStore', () => {
  it('gives every write a greater revision, also after a restart', () => {
    const first = store.put(at('x'), secret('x'));
    const second = store.put(at('x'), secret('x', { a: 'b' }));
    const gone = store.delete(at('x'), second);
    store.close();
    store = open();
    const after = store.put(at('y'), secret('y'));
    const revisions = [first, second, gone, after].map((object) =>
      Number(object.metadata.resourceVersion),
    );
    expect(revisions).toEqual([1, 2, 3, 4]);
    expect(store.revision).toBe(4);
  });

  it('hands out copies', () => {
    store.put(at('x'), secret('x', { a: 'b' }));
    const copy = store.get(at('x'));
    if (copy?.metadata.labels) copy.metadata.labels['a'] = 'changed';
    expect(store.get(at('x'))?.metadata.labels).toEqual({ a: 'b' });
  });

  it('lists one namespace or all, in the order of etcd', () => {
    for (const [namespace, name] of [
      ['a', 'y'],
      ['a-b', 'x'],
      ['b', 'x'],
      ['a', 'x'],
    ] as const) {
      store.put(at(name, namespace), secret(name));
    }
    store.put({ resource: 'configmaps', namespace: 'a', name: 'x' }, secret('x'));
    const all = store.list({ resource: 'secrets', namespace: '' });
    expect(names(all)).toEqual(['a-b/x', 'a/x', 'a/y', 'b/x']);
    const one = store.list({ resource: 'secrets', namespace: 'a' });
    expect(names(one)).toEqual(['a/x', 'a/y']);
    const page = store.list({ resource: 'secrets', namespace: '', after: 'a/x', limit: 1 });
    expect(names(page)).toEqual(['a/y']);
    expect(store.count({ resource: 'secrets', namespace: '', after: 'a/x' })).toBe(2);
  });

  it('tells listeners of a write after it is stored', () => {
    const seen: Change[] = [];
    store.onChange((change) => {
      seen.push(change);
      expect(store.revision).toBe(change.revision);
    });
    const stored = store.put(at('x'), secret('x'));
    store.put(at('x'), secret('x', { a: 'b' }));
    store.delete(at('x'), stored);
    expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    expect(seen[0]?.previous).toBeUndefined();
    expect(seen[1]?.previous).toBe(seen[0]?.object);
    expect(seen[2]?.object).toContain('"resourceVersion":"3"');
  });

  it('shows the state of an earlier revision', () => {
    store.put(at('gone'), secret('gone'));
    store.put(at('kept'), secret('kept'));
    store.put(at('changed'), secret('changed'));
    const revision = store.revision;
    store.delete(at('gone'), secret('gone'));
    store.put(at('changed'), secret('changed', { a: 'b' }));
    store.put(at('new'), secret('new'));
    const then = listAt(store, { resource: 'secrets', namespace: 'a' }, revision);
    expect(names(then)).toEqual(['a/changed', 'a/gone', 'a/kept']);
    expect(then[0]?.text).not.toContain('"a":"b"');
    const rest = { resource: 'secrets', namespace: 'a', after: 'a/changed', limit: 1 };
    expect(names(listAt(store, rest, revision))).toEqual(['a/gone']);
  });

  it('forgets old changes, but never its revision', () => {
    for (let write = 1; write <= bounds.pruneEveryWrites; write += 1) {
      store.put(at('x'), secret('x', { write: String(write) }));
    }
    nowMs = bounds.changesKeptMs + 1;
    expect(store.changes.floor).toBe(0);
    for (let write = 1; write <= bounds.pruneEveryWrites; write += 1) {
      store.put(at('x'), secret('x', { again: String(write) }));
    }
    expect(store.changes.floor).toBe(bounds.pruneEveryWrites);
    expect(store.revision).toBe(2 * bounds.pruneEveryWrites);
  });
});

describe('the database of a sandbox', () => {
  it('can be read by its owner alone', () => {
    expect(statSync(join(dir, 'objects.db')).mode & 0o777).toBe(0o600);
  });

  it('is used by one sandbox at a time', () => {
    store.put(at('x'), secret('x'));
    expect(() => openSandboxDatabase(dir)).toThrow(/^another sandbox uses .*objects\.db$/);
  });

  it('is refused with one sentence when it is damaged', () => {
    store.close();
    writeFileSync(join(dir, 'objects.db'), 'not a database, not even nearly one'.repeat(100));
    expect(() => open()).toThrow(/^the sandbox database .* is damaged: .*--reset/);
    rmSync(join(dir, 'objects.db'));
    store = open();
  });
});
