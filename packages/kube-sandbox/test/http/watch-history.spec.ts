import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WatchHistory } from '../../src/http/watch-history.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { ObjectStore } from '../../src/store/object-store.js';
import { bounds } from '../../src/store/sandbox-bounds.js';
import { openSandboxDatabase } from '../../src/store/sandbox-database.js';

let dir: string;
let store: ObjectStore;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-history-'));
  store = new ObjectStore(openSandboxDatabase(dir), () => 0);
});

afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const scope = { resource: 'secrets', namespace: '', name: undefined, selects: undefined };

function put(name: string, app = 'web', namespace = 'a'): void {
  const metadata = { name, namespace, labels: { app } };
  const object: KubeObject = { kind: 'Secret', apiVersion: 'v1', metadata };
  store.put({ resource: 'secrets', namespace, name }, object);
}

function remove(name: string): void {
  const path = { resource: 'secrets', namespace: 'a', name };
  const last = store.get(path);
  if (last) store.delete(path, last);
}

/** Reads on in pieces of `size`; `between` runs after each of them. */
function told(history: WatchHistory, size: number, between: () => void = () => undefined) {
  const events: string[] = [];
  for (let isDone = false; !isDone;) {
    let room = size;
    isDone = history.advance(({ type, text }) => {
      const { metadata } = JSON.parse(text) as KubeObject;
      events.push(`${type} ${metadata.name ?? ''}@${metadata.resourceVersion ?? ''}`);
      room -= 1;
      return room > 0;
    });
    if (!isDone) between();
  }
  return events;
}

describe('what a watch begins with', () => {
  it.each([1, 2, 100])('is every object, in pieces of %d', (size) => {
    for (const name of ['c', 'a', 'b']) put(name);
    const history = new WatchHistory(store, scope, undefined);
    expect(told(history, size)).toEqual(['ADDED a@2', 'ADDED b@3', 'ADDED c@1']);
    expect(history.revision).toBe(3);
  });

  it('is what it selects alone', () => {
    put('a', 'db');
    put('b');
    put('b', 'web', 'other');
    const selects = ({ metadata }: KubeObject) => metadata.labels?.['app'] === 'web';
    const selected = new WatchHistory(store, { ...scope, namespace: 'a', selects }, undefined);
    expect(told(selected, 1)).toEqual(['ADDED b@2']);
    const named = new WatchHistory(store, { ...scope, name: 'b' }, undefined);
    expect(told(named, 1)).toEqual(['ADDED b@2', 'ADDED b@3']);
  });

  it('is neither twice nor left out when it changes between two pieces', () => {
    for (const name of ['a', 'b', 'd', 'e']) put(name);
    const changes = [
      () => put('c'),
      () => remove('a'),
      () => put('e', 'db'),
      () => remove('d'),
      () => put('b', 'db'),
    ];
    const history = new WatchHistory(store, scope, undefined);
    const events = told(history, 1, () => changes.shift()?.());
    expect(events).toEqual([
      'ADDED a@1',
      'ADDED b@2',
      'ADDED c@5',
      'ADDED d@3',
      'ADDED e@7',
      'DELETED a@6',
      'DELETED d@8',
      'MODIFIED b@9',
    ]);
    expect(history.revision).toBe(store.revision);
  });

  it('leads to the state that there is, whatever is written meanwhile', () => {
    const seen = new Map<string, string>();
    let random = 7;
    const next = (max: number) => {
      random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
      return random % max;
    };
    for (let index = 0; index < 40; index += 1) put(`s${next(60)}`);
    const history = new WatchHistory(store, scope, undefined);
    let writes = 200;
    const events = told(history, 3, () => {
      for (let count = 0; count < 5 && writes > 0; count += 1, writes -= 1) {
        if (next(3) === 0) remove(`s${next(60)}`);
        else put(`s${next(60)}`);
      }
    });
    for (const event of events) {
      const [type = '', name = '', version = ''] = event.split(/[ @]/);
      expect(seen.has(name), event).toBe(type !== 'ADDED');
      if (type === 'DELETED') seen.delete(name);
      else seen.set(name, version);
    }
    const stored = store
      .all('secrets')
      .map(({ metadata }) => [metadata.name, metadata.resourceVersion]);
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(stored));
    expect(new Set(events).size).toBe(events.length);
  });

  it('gives others their turn after a bounded number of objects', () => {
    for (let index = 0; index < bounds.watchTurnRowsMax + 1; index += 1) put(`s${index}`);
    const history = new WatchHistory(store, { ...scope, name: 'none' }, undefined);
    const take = () => true;
    expect([history.advance(take), history.advance(take)]).toEqual([false, true]);
  });
});

describe('a watch from a revision', () => {
  it('tells what came after it', () => {
    put('a');
    put('b');
    put('a', 'db');
    expect(told(new WatchHistory(store, scope, 1), 1)).toEqual(['ADDED b@2', 'MODIFIED a@3']);
  });

  it('is over when it falls behind what is kept', () => {
    put('a');
    put('b');
    const history = new WatchHistory(store, scope, 0);
    history.advance(() => false);
    for (let index = 0; index < bounds.changesKeptMax + bounds.pruneEveryWrites; index += 1) {
      put('c');
    }
    expect(() => history.advance(() => true)).toThrow(/^too old resource version: 1 \(/);
  });
});
