import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/model/kube-object.js';
import type { Change } from '../../src/model/object-reader.js';
import { countAt, rowsAt } from '../../src/store/list-at.js';
import { ObjectStore } from '../../src/store/object-store.js';
import { bounds } from '../../src/store/sandbox-bounds.js';
import { openSandboxDatabase } from '../../src/store/sandbox-database.js';

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
    const range = { resource: 'secrets', namespace: 'a' };
    const then = [...rowsAt(store, range, revision)];
    expect(names(then)).toEqual(['a/changed', 'a/gone', 'a/kept']);
    expect(then[0]?.text).not.toContain('"a":"b"');
    const rest = { ...range, after: 'a/changed' };
    expect(names([...rowsAt(store, rest, revision)])).toEqual(['a/gone', 'a/kept']);
    expect(countAt(store, rest, revision)).toBe(2);
    expect(countAt(store, range, revision)).toBe(3);
    expect(countAt(store, range, store.revision)).toBe(3);
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

describe('a listener that fails', () => {
  it('keeps nobody else from hearing of a write, which is done', () => {
    const faults: unknown[] = [];
    store.close();
    store = new ObjectStore(
      openSandboxDatabase(dir),
      () => nowMs,
      (error) => faults.push(error),
    );
    const heard: string[] = [];
    const fault = new Error('of a listener');
    store.onChange(() => {
      throw fault;
    });
    store.onChange(({ name }) => heard.push(name));
    const stored = store.put(at('x'), secret('x'));
    store.delete(at('x'), stored);
    expect(heard).toEqual(['x', 'x']);
    expect(faults).toEqual([fault, fault]);
    expect(store.revision).toBe(2);
  });
});

describe('rows', () => {
  it('come one after the other, as many as are taken', () => {
    for (const name of ['a', 'b', 'c']) store.put(at(name), secret(name));
    const seen: string[] = [];
    for (const { path } of store.rows({ resource: 'secrets', namespace: '' })) {
      seen.push(path);
      // Another one may run meanwhile.
      expect([...store.rows({ resource: 'secrets', namespace: 'a', after: path })]).toHaveLength(
        3 - seen.length,
      );
      if (path === 'a/b') break;
    }
    expect(seen).toEqual(['a/a', 'a/b']);
    store.put(at('d'), secret('d'));
  });

  it('are found by what is in their text', () => {
    store.put(at('a'), secret('a', { tier: 'web' }));
    store.put(at('b'), secret('b'));
    expect(names([...store.rowsWith('secrets', ['"tier":', '"other":'])])).toEqual(['a/a']);
  });

  it('belong to resources, which are known by name', () => {
    store.put(at('a'), secret('a'));
    store.put({ resource: 'configmaps', namespace: 'a', name: 'x' }, secret('x'));
    expect(store.resources()).toEqual(['configmaps', 'secrets']);
    expect(store.paths({ resource: 'secrets', namespace: '', limit: 1 })).toEqual(['a/a']);
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
