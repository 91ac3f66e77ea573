import { describe, expect, it } from 'vitest';
import { type Watcher, type WatchEvent, Watchers, eventFor } from '../../src/http/watchers.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import type { Change } from '../../src/model/object-reader.js';
import { bounds } from '../../src/store/sandbox-bounds.js';

function text(revision: number, app?: string): string {
  const labels = app === undefined ? {} : { app };
  const metadata = { name: 'x', namespace: 'a', resourceVersion: String(revision), labels };
  return JSON.stringify({ kind: 'Secret', apiVersion: 'v1', metadata });
}

function change(type: Change['type'], before: string | undefined, after: string): Change {
  const path = { resource: 'secrets', namespace: 'a', name: 'x' };
  return { ...path, type, revision: 9, object: after, previous: before };
}

const scope = {
  resource: 'secrets',
  namespace: '',
  name: undefined,
  selects: ({ metadata }: KubeObject) => metadata.labels?.['app'] === 'web',
};

describe('a watch with a selector', () => {
  it.each([
    ['begins to match', 'MODIFIED', 'db', 'web', 'ADDED'],
    ['goes on matching', 'MODIFIED', 'web', 'web', 'MODIFIED'],
    ['ceases to match', 'MODIFIED', 'web', 'db', 'DELETED'],
    ['is deleted while it matches', 'DELETED', 'web', 'web', 'DELETED'],
  ] as const)('an object that %s', (_what, type, before, after, expected) => {
    const event = eventFor(change(type, text(8, before), text(9, after)), scope);
    expect(event?.type).toBe(expected);
    expect(event?.text).toContain('"resourceVersion":"9"');
  });

  it('shows the last state that matched', () => {
    const event = eventFor(change('MODIFIED', text(8, 'web'), text(9, 'db')), scope);
    expect(event?.text).toContain('"app":"web"');
  });

  it('passes over what never matched', () => {
    expect(eventFor(change('MODIFIED', text(8, 'db'), text(9, 'db')), scope)).toBeUndefined();
    expect(eventFor(change('DELETED', text(8, 'db'), text(9, 'db')), scope)).toBeUndefined();
  });

  it('stays in its namespace and with its name', () => {
    const added = change('ADDED', undefined, text(9, 'web'));
    expect(eventFor(added, { ...scope, namespace: 'b' })).toBeUndefined();
    expect(eventFor(added, { ...scope, name: 'y' })).toBeUndefined();
    expect(eventFor(added, { ...scope, namespace: 'a', name: 'x' })).toBeDefined();
  });
});

/** Writes down what happens to it. */
class RecordedWatcher implements Watcher {
  readonly scope;
  isLive = true;
  backlogBytes = 0;
  readonly events: WatchEvent[] = [];
  readonly calls: string[] = [];

  constructor(resource = 'secrets') {
    this.scope = { resource, namespace: '', name: undefined, selects: undefined };
  }

  deliver(event: WatchEvent): void {
    this.events.push(event);
  }

  end(): void {
    this.calls.push('end');
  }

  cutOff(): void {
    this.calls.push('cut off');
  }
}

function opened() {
  let tell: (change: Change) => void = () => undefined;
  const faults: unknown[] = [];
  const reader = {
    get: () => undefined,
    all: () => [],
    onChange: (listener: (change: Change) => void) => {
      tell = listener;
    },
  };
  const watchers = new Watchers(reader, (error) => faults.push(error));
  const added = (resource?: string) => {
    const watcher = new RecordedWatcher(resource);
    watchers.add(watcher);
    return watcher;
  };
  return { watchers, faults, added, tell: (one: Change) => tell(one) };
}

const added = change('ADDED', undefined, text(9));

describe('Watchers', () => {
  it('tells only those who watch the resource, until they leave', () => {
    const { watchers, added: add, tell } = opened();
    const [ours, other] = [add(), add('configmaps')];
    tell(added);
    watchers.remove(ours);
    watchers.remove(ours);
    expect(watchers.size).toBe(1);
    tell(change('MODIFIED', text(9), text(10)));
    expect([ours.events.length, other.events.length]).toEqual([1, 0]);
  });

  it('tells nothing to one that still catches up', () => {
    const { added: add, tell } = opened();
    const watcher = add();
    watcher.isLive = false;
    tell(added);
    expect(watcher.events).toEqual([]);
  });

  it('cuts off one that fails, and tells the others', () => {
    const { faults, added: add, tell } = opened();
    const [failing, other] = [add(), add()];
    failing.deliver = () => {
      throw new Error('no');
    };
    tell(added);
    expect(failing.calls).toEqual(['cut off']);
    expect(other.events).toHaveLength(1);
    expect(faults).toHaveLength(1);
  });

  it('cuts off the slowest when all together have too much to take', () => {
    const { watchers, added: add } = opened();
    const [slow, slower, quick] = [add(), add(), add()];
    const max = bounds.watchBacklogTotalBytesMax;
    [slow.backlogBytes, slower.backlogBytes, quick.backlogBytes] = [max * 0.4, max * 0.7, 10];
    watchers.written(max);
    expect([slow, slower, quick].map(({ calls }) => calls)).toEqual([[], [], []]);
    watchers.written(1);
    expect([slow, slower, quick].map(({ calls }) => calls)).toEqual([[], ['cut off'], []]);
  });
});

describe('watches of custom resources end with a change of their definition', () => {
  const path = {
    resource: 'customresourcedefinitions.apiextensions.k8s.io',
    namespace: '',
    name: 'widgets.example.com',
    revision: 9,
  };
  const definition = (spec: object, metadata: object = {}) =>
    JSON.stringify({ kind: 'x', apiVersion: 'v1', metadata, spec });

  it.each([
    ['of its spec', definition({ a: 2 }), ['end']],
    ['that marks it as deleted', definition({ a: 1 }, { deletionTimestamp: 'now' }), []],
    ['of its labels', definition({ a: 1 }, { labels: { a: 'b' } }), []],
  ])('%s', (_what, object, expected) => {
    const { added: add, tell } = opened();
    const [ours, other] = [add('widgets.example.com'), add('gadgets.example.com')];
    tell({ ...path, type: 'MODIFIED', object, previous: definition({ a: 1 }) });
    expect([ours.calls, other.calls]).toEqual([expected, []]);
  });

  it('that removes it', () => {
    const { added: add, tell } = opened();
    const ours = add('widgets.example.com');
    const text = definition({ a: 1 });
    tell({ ...path, type: 'DELETED', object: text, previous: text });
    expect(ours.calls).toEqual(['end']);
  });
});
