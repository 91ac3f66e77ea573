import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type HandlerParts, RequestHandler } from '../../src/http/handle-request.js';
import { bounds } from '../../src/store/sandbox-bounds.js';
import { widgetSpec } from '../registry/widget.builder.js';
import { SandboxDoor } from './sandbox-door.builder.js';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

let door: SandboxDoor;

beforeAll(async () => {
  door = await SandboxDoor.open();
});

afterAll(async () => door.close());

function definition(name: string, spec: object, annotations: object = {}) {
  const head = { kind: 'CustomResourceDefinition', apiVersion: 'apiextensions.k8s.io/v1' };
  return { body: { ...head, metadata: { name, annotations }, spec } };
}

describe('a request', () => {
  it('is carried out on what is served once its body is there', async () => {
    const one = `${definitions}/widgets.example.com`;
    await door.send('POST', definitions, definition('widgets.example.com', widgetSpec()));
    const body = JSON.stringify({
      kind: 'Widget',
      apiVersion: 'example.com/v1',
      metadata: { name: 'w' },
    });
    const socket = await door.connection();
    const lines = [
      'POST /apis/example.com/v1/namespaces/default/widgets HTTP/1.1',
      'host: sandbox',
      'content-type: application/json',
      `content-length: ${body.length}`,
      'expect: 100-continue',
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    expect(String(await once(socket, 'data'))).toContain('100 Continue');
    let status = 0;
    while (status !== 404) ({ status } = await door.send('DELETE', one));
    socket.write(body);
    expect(String(await once(socket, 'data'))).toContain('404 page not found');
    socket.destroy();
  });

  it('that cannot even be refused ends with its connection', async () => {
    const faults: unknown[] = [];
    const parts = {
      store: { onChange: () => undefined },
      registry: { onChange: () => undefined, all: () => [] },
      schemas: {},
      onFault: (error: unknown) => faults.push(error),
    } as unknown as HandlerParts;
    const socket = { destroy: vi.fn(), destroyed: false };
    const request = { url: '/version', method: 'GET', headers: {}, rawHeaders: [], socket };
    const handler = new RequestHandler(parts);
    const broken = {} as ServerResponse;
    await expect(
      handler.handle(request as unknown as IncomingMessage, broken),
    ).resolves.toBeUndefined();
    expect(socket.destroy).toHaveBeenCalledOnce();
    expect(faults).toHaveLength(2);
  });

  it('is not held up by a path or a header of many characters that are trimmed', async () => {
    const many = 40_000;
    const startedAt = performance.now();
    await door.send('GET', `/x${'/'.repeat(many)}x`);
    await door.send('GET', `/api/v1/${'/'.repeat(many)}x`);
    await door.send('GET', '/version', { headers: { 'x-a': `a${' '.repeat(many)}a` } });
    await door.send('GET', '/version', {
      headers: { 'impersonate-user': `a${' '.repeat(many)}a` },
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('the server', () => {
  it('reports what goes wrong with it, and goes on', async () => {
    const servers: Server[] = [];
    const found = (message: unknown) => servers.push((message as { server: Server }).server);
    subscribe('http.server.request.start', found);
    await door.send('GET', '/version');
    unsubscribe('http.server.request.start', found);
    const error = new Error('accept EMFILE');
    servers[0]?.emit('error', error);
    expect(door.faults).toEqual([error]);
    door.faults.length = 0;
    expect((await door.send('GET', '/version')).status).toBe(200);
  });
});

describe('an answer in YAML', () => {
  const headers = { accept: 'application/yaml' };
  const maps = '/api/v1/namespaces/default/configmaps';

  it('is given for what is short, and is JSON for what is long', async () => {
    const short = await door.send('GET', maps, { headers });
    expect(short).toMatchObject({ status: 200, contentType: 'application/yaml' });
    const data = { a: 'x'.repeat(bounds.yamlAnswerCharactersMax) };
    const body = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data };
    await door.send('POST', maps, { body });
    const long = await door.send('GET', maps, { headers });
    expect(long).toMatchObject({ status: 200, contentType: 'application/json' });
    expect(long.json()).toMatchObject({ kind: 'ConfigMapList', items: [{ data }] });
  });
});

describe('a definition with the name of a built-in resource', () => {
  const group = 'rbac.authorization.k8s.io';
  const names = { plural: 'clusterrolebindings', kind: 'Mine' };
  const [version] = widgetSpec()['versions'] as object[];
  const spec = { group, names, scope: 'Cluster', versions: [{ ...version, name: 'v2' }] };
  const name = `clusterrolebindings.${group}`;
  const approved = { 'api-approved.kubernetes.io': 'unapproved, for a test' };

  it.each([{}, approved])('is refused, with annotations %j', async (annotations) => {
    const answer = await door.send('POST', definitions, definition(name, spec, annotations));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('is the name of a built-in resource');
    const { status } = await door.send('GET', `/apis/${group}/v2/clusterrolebindings`);
    expect(status).toBe(404);
  });

  it('is refused by every way that creates one', async () => {
    const { body } = definition(name, spec, approved);
    const { metadata: _, ...rest } = body;
    const path = `${definitions}/${name}?fieldManager=t`;
    const applied = { ...rest, metadata: { name, annotations: approved } };
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    expect((await door.send('PATCH', path, { body: applied, headers })).status).toBe(422);
    expect((await door.send('PUT', path, { body })).status).toBe(404);
  });
});
