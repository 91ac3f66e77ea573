import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionWatches } from '../../src/http/connection-watches.js';
import { negotiate } from '../../src/http/negotiate.js';
import { type WatchClient, type WatchParts, WatchStream } from '../../src/http/watch-stream.js';
import { Watchers } from '../../src/http/watchers.js';
import { ApiStatusError } from '../../src/model/api-status.js';
import type { JsonObject } from '../../src/model/kube-object.js';
import type { ResourceDefinition } from '../../src/model/resource-definition.js';
import { ObjectStore } from '../../src/store/object-store.js';
import { bounds } from '../../src/store/sandbox-bounds.js';
import { openSandboxDatabase } from '../../src/store/sandbox-database.js';
import { list } from '../../src/verbs/list.js';
import type { ApiParts, ResourceRequest } from '../../src/verbs/resource-request.js';

let dir: string;
let store: ObjectStore;
let nowMs: number;
let parts: ApiParts;
/** Ends the connections of watches. */
let closed: (() => void)[];

const definition = {
  group: '',
  version: 'v1',
  resource: 'secrets',
  kind: 'Secret',
  listKind: 'SecretList',
  isNamespaced: true,
  isCustom: false,
} as ResourceDefinition;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-expiry-'));
  nowMs = 0;
  closed = [];
  store = new ObjectStore(openSandboxDatabase(dir), () => nowMs);
  parts = { store, nowMs: () => nowMs } as unknown as ApiParts;
  for (const name of ['a', 'b', 'c']) write(name);
});

afterEach(() => {
  for (const close of closed) close();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

function write(name: string): void {
  const metadata = { name, namespace: 'pay' };
  const path = { resource: 'secrets', namespace: 'pay', name };
  store.put(path, { kind: 'Secret', apiVersion: 'v1', metadata });
}

/** So much later that what has been written so far is no longer kept. */
function age(): void {
  write('b');
  nowMs += bounds.changesKeptMs + 1;
  for (let count = 0; count < bounds.pruneEveryWrites; count++) write('d');
}

function asking(query: string): ResourceRequest {
  const request = { definition, namespace: 'pay', name: '', query: new URLSearchParams(query) };
  return request as unknown as ResourceRequest;
}

function page(query: string): { readonly names: string[]; readonly token: string } {
  const { items, listMeta } = list(parts, asking(query));
  return { names: items.map(({ path }) => path), token: String(listMeta['continue'] ?? '') };
}

function refusal(query: string): ApiStatusError {
  try {
    list(parts, asking(query));
  } catch (error) {
    if (error instanceof ApiStatusError) return error;
    throw error;
  }
  throw new Error('the list was answered');
}

/** The events of a watch as they come, and whether it has ended with them. */
function watch(query: string): { readonly events: JsonObject[]; isOver: boolean } {
  const seen = { events: [] as JsonObject[], isOver: false };
  const write = (line: string | Buffer) => {
    seen.events.push(JSON.parse(String(line)) as JsonObject);
    return true;
  };
  const response = Object.assign(new EventEmitter(), {
    writeHead: () => undefined,
    flushHeaders: () => undefined,
    write,
    end: (line: string) => {
      seen.isOver = true;
      write(line);
    },
  });
  const socket = new EventEmitter();
  closed.push(() => socket.emit('close'));
  const client = { request: { socket }, response, negotiated: negotiate('') };
  const watchParts: WatchParts = {
    ...parts,
    watchers: new Watchers(store, fail),
    connections: new ConnectionWatches(),
    onFault: fail,
  };
  const request = asking(`watch=true&${query}`);
  const stream = new WatchStream(watchParts, request, client as unknown as WatchClient);
  stream.start({}, 'application/json');
  return seen;
}

function fail(error: unknown): void {
  throw error;
}

describe('what is no longer kept', () => {
  it('ends a watch that begins there with 410, as an event', () => {
    age();
    const { events, isOver } = watch('resourceVersion=1');
    expect(isOver).toBe(true);
    const { floor } = store.changes;
    const message = `too old resource version: 1 (${floor})`;
    const object = { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message };
    expect(events).toMatchObject([{ type: 'ERROR', object }]);
  });

  it('lets a watch begin with the oldest change that is kept', async () => {
    age();
    const seen = watch(`resourceVersion=${store.changes.floor}`);
    const count = store.revision - store.changes.floor;
    await vi.waitFor(() => expect(seen.events).toHaveLength(count));
    expect(seen.isOver).toBe(false);
  });

  it('does not matter to a watch that begins with the objects that there are', () => {
    age();
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=1';
    expect(watch(query).events.map(({ type }) => type)).toEqual(Array(4).fill('ADDED'));
  });

  it('is refused with 410 as the state of an exact list', () => {
    age();
    const { code, message } = refusal('resourceVersion=1&resourceVersionMatch=Exact');
    expect(code).toBe(410);
    expect(message).toBe('The resourceVersion for the provided list is too old.');
  });

  it('is refused with 410 as the state of a next page, with a token to go on otherwise', () => {
    const { token } = page('limit=2');
    age();
    const error = refusal(`limit=2&continue=${token}`);
    expect(error).toMatchObject({ code: 410, reason: 'Expired' });
    expect(error.message).toMatch(/^The provided continue parameter is too old to display/);
    const next = String((error.toStatus()['metadata'] as JsonObject)['continue']);
    expect(page(`limit=1&continue=${next}`).names).toEqual(['pay/c']);
    expect(page(`continue=${next}`).names).toEqual(['pay/c', 'pay/d']);
  });

  it('keeps later pages in the state of the first as long as that is kept', () => {
    const { token } = page('limit=2');
    write('d');
    expect(page(`continue=${token}`).names).toEqual(['pay/c']);
  });
});
