import { describe, expect, it } from 'vitest';
import { type WatchEvent, pass, Watchers } from '../../../../src/sandbox/http/watchers.js';
import type { Change } from '../../../../src/sandbox/model/object-reader.js';

function text(revision: number, app?: string): string {
  const labels = app === undefined ? {} : { app };
  const metadata = { name: 'x', namespace: 'a', resourceVersion: String(revision), labels };
  return JSON.stringify({ kind: 'Secret', apiVersion: 'v1', metadata });
}

function change(type: Change['type'], before: string | undefined, after: string): Change {
  const path = { resource: 'secrets', namespace: 'a', name: 'x' };
  return { ...path, type, revision: 9, object: after, previous: before };
}

function watcher(events: WatchEvent[], overrides = {}) {
  return {
    resource: 'secrets',
    namespace: '',
    name: undefined,
    selects: ({ metadata }: { metadata: { labels?: Record<string, string> } }) =>
      metadata.labels?.['app'] === 'web',
    deliver: (event: WatchEvent) => void events.push(event),
    ...overrides,
  };
}

describe('a watch with a selector', () => {
  it.each([
    ['begins to match', 'MODIFIED', 'db', 'web', 'ADDED'],
    ['goes on matching', 'MODIFIED', 'web', 'web', 'MODIFIED'],
    ['ceases to match', 'MODIFIED', 'web', 'db', 'DELETED'],
    ['is deleted while it matches', 'DELETED', 'web', 'web', 'DELETED'],
  ] as const)('an object that %s', (_what, type, before, after, expected) => {
    const events: WatchEvent[] = [];
    pass(change(type, text(8, before), text(9, after)), watcher(events));
    expect(events.map((event) => event.type)).toEqual([expected]);
    expect(events[0]?.text).toContain('"resourceVersion":"9"');
  });

  it('shows the last state that matched', () => {
    const events: WatchEvent[] = [];
    pass(change('MODIFIED', text(8, 'web'), text(9, 'db')), watcher(events));
    expect(events[0]?.text).toContain('"app":"web"');
  });

  it('passes over what never matched', () => {
    const events: WatchEvent[] = [];
    pass(change('MODIFIED', text(8, 'db'), text(9, 'db')), watcher(events));
    pass(change('DELETED', text(8, 'db'), text(9, 'db')), watcher(events));
    expect(events).toEqual([]);
  });

  it('stays in its namespace and with its name', () => {
    const events: WatchEvent[] = [];
    const added = change('ADDED', undefined, text(9, 'web'));
    pass(added, watcher(events, { namespace: 'b' }));
    pass(added, watcher(events, { name: 'y' }));
    expect(events).toEqual([]);
    pass(added, watcher(events, { namespace: 'a', name: 'x' }));
    expect(events).toHaveLength(1);
  });
});

describe('Watchers', () => {
  it('tells only those who watch the resource, until they leave', () => {
    let tell: (change: Change) => void = () => undefined;
    const watchers = new Watchers({
      get: () => undefined,
      all: () => [],
      onChange: (listener) => {
        tell = listener;
      },
    });
    const events: WatchEvent[] = [];
    const ours = watcher(events);
    watchers.add(ours);
    watchers.add(watcher(events, { resource: 'configmaps' }));
    tell(change('ADDED', undefined, text(9, 'web')));
    expect(events).toHaveLength(1);
    watchers.remove(ours);
    expect(watchers.size).toBe(1);
    tell(change('ADDED', undefined, text(10, 'web')));
    expect(events).toHaveLength(1);
  });
});
