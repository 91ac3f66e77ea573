import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watchers } from '../../src/http/watchers.js';
import { bounds } from '../../src/store/sandbox-bounds.js';
import { widgetSpec } from '../registry/widget.builder.js';
import { SandboxDoor } from './sandbox-door.builder.js';

interface Event {
  readonly type: string;
  readonly object: { readonly metadata: { readonly name: string; resourceVersion: string } };
}

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const MEBIBYTE = 1024 * 1024;

let door: SandboxDoor;
let namespaces = 0;
let maps: string;

beforeAll(async () => {
  door = await SandboxDoor.open();
});

afterAll(async () => door.close());

beforeEach(async () => {
  namespaces += 1;
  const name = `n${namespaces}`;
  const body = { kind: 'Namespace', apiVersion: 'v1', metadata: { name } };
  await door.send('POST', '/api/v1/namespaces', { body });
  maps = `/api/v1/namespaces/${name}/configmaps`;
});

async function make(name: string, characters = 10): Promise<void> {
  const data = { a: 'x'.repeat(characters) };
  const body = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name }, data };
  const { status } = await door.send('POST', maps, { body });
  expect(status).toBe(201);
}

/** The next events of a watch. */
async function next(watch: AsyncIterator<string>, count: number): Promise<readonly Event[]> {
  const events: Event[] = [];
  while (events.length < count) {
    const { value, done } = await watch.next();
    if (done === true) throw new Error('the watch has ended');
    events.push(JSON.parse(value) as Event);
  }
  return events;
}

function linesOf(input: IncomingMessage): AsyncIterator<string> {
  return createInterface({ input })[Symbol.asyncIterator]();
}

const named = (events: readonly Event[]) =>
  events.map(({ type, object }) => `${type} ${object.metadata.name}`);

describe('a watch', () => {
  it('begins over more than may wait for a client, and goes on live', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `m${10 + index}`);
    for (const name of names) await make(name, MEBIBYTE * 0.9);
    const response = await door.stream('GET', `${maps}?watch=true`);
    // Nobody reads yet, while somebody writes.
    await make('late');
    const watch = linesOf(response);
    const events = await next(watch, names.length + 1);
    expect(named(events)).toEqual([...names, 'late'].map((name) => `ADDED ${name}`));
    await make('later');
    expect(named(await next(watch, 1))).toEqual(['ADDED later']);
    response.destroy();
  });

  it('replays more than may wait for a client', async () => {
    await make('first');
    const list = await door.send('GET', maps);
    const { resourceVersion } = list.json()['metadata'] as { resourceVersion: string };
    for (let index = 0; index < 10; index += 1) await make(`m${index}`, MEBIBYTE * 0.9);
    const path = `${maps}?watch=true&resourceVersion=${resourceVersion}`;
    const response = await door.stream('GET', path);
    const events = await next(linesOf(response), 10);
    expect(named(events)).toEqual(events.map((_, index) => `ADDED m${index}`));
    response.destroy();
  });

  it('is cut off when its client does not read what is told live', async () => {
    const response = await door.stream('GET', `${maps}?watch=true`);
    response.pause();
    // Beside what waits here, some waits in the buffers of the connection.
    const writes = (bounds.watchBacklogBytesMax + 16 * MEBIBYTE) / MEBIBYTE;
    for (let index = 0; index < writes; index += 1) await make(`m${index}`, MEBIBYTE);
    await expect(text(response)).rejects.toThrow('aborted');
  });

  it('ends in time, whatever time the client asks for', async () => {
    const response = await door.stream('GET', `${maps}?watch=true&timeoutSeconds=-1`);
    expect(await text(response)).toBe('');
    expect(door.faults).toEqual([]);
  });
});

describe('watches that wait behind another one on a connection', () => {
  const watches = (count: number, query = '') => {
    return `GET ${maps}?watch=true${query} HTTP/1.1\r\nhost: sandbox\r\n\r\n`.repeat(count);
  };

  it('are let go of with the connection', async () => {
    const added = vi.spyOn(Watchers.prototype, 'add');
    const socket = await door.connection();
    socket.write(watches(3));
    await vi.waitFor(() => expect(added).toHaveBeenCalledTimes(3));
    const [watchers] = added.mock.contexts as Watchers[];
    expect(watchers?.size).toBe(3);
    socket.destroy();
    await vi.waitFor(() => expect(watchers?.size).toBe(0));
    added.mockRestore();
  });

  it('are few', async () => {
    const socket = await door.connection();
    socket.write(watches(bounds.watchersPerConnectionMax + 1, '&timeoutSeconds=1'));
    let answers = '';
    for await (const chunk of socket) {
      answers += String(chunk);
      if (answers.includes('"code":429')) break;
    }
    expect(answers.match(/^HTTP\/1.1 200/gm)).toHaveLength(bounds.watchersPerConnectionMax);
  });
});

describe('a watch of custom resources', () => {
  const one = `${definitions}/widgets.example.com`;
  const widget = (name: string) => ({
    body: { kind: 'Widget', apiVersion: 'example.com/v1', metadata: { name } },
  });
  const widgets = '/apis/example.com/v1/namespaces/default/widgets';

  beforeEach(async () => {
    const content = { metadata: { name: 'widgets.example.com' }, spec: widgetSpec() };
    const head = { kind: 'CustomResourceDefinition', apiVersion: 'apiextensions.k8s.io/v1' };
    await door.send('POST', definitions, { body: { ...head, ...content } });
    await door.send('POST', widgets, widget('w'));
  });

  afterEach(async () => {
    // It is gone when its objects are.
    let status = 0;
    while (status !== 404) ({ status } = await door.send('DELETE', one));
  });

  it('ends when its definition changes', async () => {
    const response = await door.stream('GET', `${widgets}?watch=true`);
    const watch = linesOf(response);
    await next(watch, 1);
    const headers = { 'content-type': 'application/merge-patch+json' };
    const body = { spec: { names: { shortNames: ['ww'] } } };
    expect((await door.send('PATCH', one, { body, headers })).status).toBe(200);
    expect((await watch.next()).done).toBe(true);
  });

  it('tells which objects went with its definition, and ends', async () => {
    const response = await door.stream('GET', `${widgets}?watch=true`);
    const watch = linesOf(response);
    await next(watch, 1);
    expect((await door.send('DELETE', one)).status).toBe(200);
    expect(named(await next(watch, 1))).toEqual(['DELETED w']);
    expect((await watch.next()).done).toBe(true);
  });
});
