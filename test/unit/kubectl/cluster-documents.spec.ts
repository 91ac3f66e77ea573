import { describe, expect, it } from 'vitest';
import { RefusedByCluster } from '../../../src/core/errors/refused-by-cluster.js';
import { SallyportError, unavailable } from '../../../src/core/errors/sallyport-error.js';
import type { RawAnswer, RawRequest } from '../../../src/core/forwarding.js';
import { ClusterDocuments } from '../../../src/kubectl/cluster-documents.js';
import { isStream } from '../../../src/kubectl/domain/facade.js';
import { callContext } from '../audit/audit-builders.js';
import { AnsweringUpstream, jsonAnswer, rawRequest, textOf } from './facade.builder.js';

const v1 = { groupVersion: 'apps/v1', version: 'v1' };
const groups = jsonAnswer({ kind: 'APIGroupList', groups: [{ name: 'apps', versions: [v1] }] });
const document = jsonAnswer({ kind: 'Anything' }, { etag: '"U"', 'content-encoding': 'gzip' });
const discovery = jsonAnswer({ kind: 'APIGroupDiscoveryList', items: [] }, { etag: '"U"' });
const notFound = new RefusedByCluster(new SallyportError('NotFound', 'none'), document);
const plainText = unavailable('the cluster cannot be reached');

/** A cluster that has nothing but these documents; the rest is what its proxy would say. */
function world(documents: Readonly<Record<string, RawAnswer | Error>>) {
  const upstream = new AnsweringUpstream(({ request }) => {
    const answer = documents[`/${request.path.join('/')}`] ?? plainText;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const published = new ClusterDocuments(upstream);
  const ask = (path: string, more: Partial<RawRequest> = {}) => {
    const segments = path.split('/').filter(Boolean);
    const api = { kind: 'path', path: segments } as const;
    return published.answer(callContext(), { api, raw: rawRequest(segments, more) });
  };
  const asked = () => upstream.asked.map(({ request: { path } }) => `/${path.join('/')}`);
  return { upstream, ask, asked };
}

const bodyOf = (answer: object) =>
  JSON.parse((answer as RawAnswer).body.toString()) as {
    readonly kind: string;
    readonly versions?: readonly object[];
    readonly resources?: readonly { readonly name: string }[];
  };

describe('a caller of discovery', () => {
  it.each(['/api', '/api/v1', '/apis/apps', '/apis/apps/v1', '/version'])(
    'gets %s as the cluster has it, asked for as the gateway with his own conditions',
    async (path) => {
      const { ask, upstream } = world({ [path]: document });
      const conditions = { 'if-none-match': '"U"', 'accept-encoding': 'gzip' };
      const query: RawRequest['query'] = [['timeout', '32s']];
      const more = { conditions, query, accept: 'application/json;v=v2' };
      expect(await ask(path, more)).toBe(document);
      const [{ call, request } = {}] = upstream.asked;
      expect(call?.as).toBe('self');
      expect(request).toEqual({ method: 'GET', path: path.slice(1).split('/'), ...more });
    },
  );

  it('is asked for no conditions where there are none, so that the cluster tells all of it', async () => {
    const { ask, upstream } = world({ '/api': document });
    await ask('/api');
    expect(upstream.asked[0]?.request.conditions).toEqual({});
  });

  it('gets what he has already as that', async () => {
    const known = { status: 304, headers: { etag: '"U"' }, body: Buffer.alloc(0) };
    const { ask } = world({ '/api': known, '/openapi/v2': known });
    expect(await ask('/api')).toBe(known);
    expect(await ask('/openapi/v2')).toMatchObject({ status: 304 });
  });

  it.each(['/openapi/v2', '/openapi/v3', '/openapi/v3/apis/apps/v1'])(
    'gets %s as a stream',
    async (path) => {
      const { ask, upstream } = world({ [path]: document });
      const answer = await ask(path);
      if (!isStream(answer)) throw new Error('it was to be a stream');
      expect(await textOf(answer.chunks)).toBe(document.body.toString());
      expect(upstream.asked[0]).toMatchObject({ how: 'open', call: { as: 'self' } });
    },
  );

  it('sends nothing of what else he sent', async () => {
    const { ask, upstream } = world({ '/api': document });
    await ask('/api', { body: Buffer.from('x'), contentType: 'text/plain' });
    expect(upstream.asked[0]?.request).not.toHaveProperty('body');
    expect(upstream.asked[0]?.request).not.toHaveProperty('contentType');
  });
});

describe('the groups', () => {
  it('have that of the virtual resources, and are read whole for that', async () => {
    const { ask, upstream } = world({ '/apis': discovery });
    const conditions = { 'if-none-match': '"U"', 'accept-encoding': 'gzip' };
    const first = await ask('/apis', { conditions });
    expect(first.status).toBe(200);
    expect((first as RawAnswer).body.toString()).toContain('secretkeys');
    expect(upstream.asked[0]?.request.conditions).toEqual({});
    const again = await ask('/apis', { conditions: { 'if-none-match': first.headers['etag']! } });
    expect(again.status).toBe(304);
  });
});

describe('the group of the virtual resources', () => {
  const none = { '/apis': groups };
  const elsewhere = { '/apis/sallyport.dev/v1alpha1': notFound };
  const empty = {
    '/apis/sallyport.dev': jsonAnswer({ kind: 'APIGroup', name: 'sallyport.dev', versions: [] }),
    '/apis/sallyport.dev/v1alpha1': jsonAnswer({ kind: 'APIResourceList', resources: [] }),
  };

  it.each([none, empty])('is there, whether or not the cluster has it (%#)', async (documents) => {
    const answer = await world(documents).ask('/apis/sallyport.dev');
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
    });
    expect(bodyOf(answer)).toMatchObject({ kind: 'APIGroup', name: 'sallyport.dev' });
    expect(bodyOf(answer).versions).toHaveLength(1);
  });

  it.each([none, elsewhere, empty])('and so are they (%#)', async (documents) => {
    const answer = await world(documents).ask('/apis/sallyport.dev/v1alpha1');
    expect(bodyOf(answer).kind).toBe('APIResourceList');
    expect(bodyOf(answer).resources?.map(({ name }) => name)).toContain('secretkeys');
  });

  it('is not made up while the cluster cannot be asked', async () => {
    const { ask } = world({});
    await expect(ask('/apis/sallyport.dev')).rejects.toBe(plainText);
  });
});

describe('a group that nobody serves', () => {
  it('is told from a cluster that is away by the list of groups', async () => {
    const { ask, asked } = world({ '/apis': groups });
    await expect(ask('/apis/batch/v1')).rejects.toMatchObject({
      code: 'NotFound',
      message: 'the server could not find the requested resource',
    });
    expect(asked()).toEqual(['/apis/batch/v1', '/apis']);
  });

  it('is also a version that its group does not list', async () => {
    const { ask } = world({ '/apis': groups });
    await expect(ask('/apis/apps/v9')).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('is not where it is listed, and only its server is away', async () => {
    const { ask } = world({ '/apis': groups });
    await expect(ask('/apis/apps/v1')).rejects.toBe(plainText);
  });

  it('is in the words of the cluster where it has some', async () => {
    const { ask, asked } = world({ '/apis/apps/v9': notFound });
    await expect(ask('/apis/apps/v9')).rejects.toBe(notFound);
    expect(asked()).toEqual(['/apis/apps/v9']);
  });
});

describe('a description that the cluster does not have', () => {
  const index = jsonAnswer({ paths: { 'apis/apps/v1': {} } });

  it.each(['/openapi/v3/apis/apps/v9', '/openapi/v3/none'])('is NotFound: %s', async (path) => {
    const { ask, asked } = world({ '/openapi/v3': index });
    await expect(ask(path)).rejects.toMatchObject({ code: 'NotFound' });
    expect(asked()).toEqual([path, '/openapi/v3']);
  });

  it.each([{ '/openapi/v3': index }, {}])(
    'is not where that is not certain (%#)',
    async (documents) => {
      await expect(world(documents).ask('/openapi/v3/apis/apps/v1')).rejects.toBe(plainText);
    },
  );

  it('is not the index, nor OpenAPI v2', async () => {
    for (const path of ['/openapi/v3', '/openapi/v2']) {
      const { ask, asked } = world({});
      await expect(ask(path)).rejects.toBe(plainText);
      expect(asked()).toEqual([path]);
    }
  });
});

describe('a caller of other paths', () => {
  it.each(['/', '/healthz', '/metrics', '/logs', '/.well-known/openid-configuration', '/api/v2'])(
    'is refused %s and told what there is, and the cluster is not asked',
    async (path) => {
      const { ask, asked } = world({ [path]: document });
      await expect(ask(path)).rejects.toMatchObject({
        code: 'Forbidden',
        message: expect.stringContaining('/openapi/v3'),
      });
      await expect(ask(path, { method: 'POST' })).rejects.toMatchObject({ code: 'Forbidden' });
      expect(asked()).toEqual([]);
    },
  );

  it('can only read what is published', async () => {
    const { ask, asked } = world({ '/api': document });
    await expect(ask('/api', { method: 'POST' })).rejects.toMatchObject({
      code: 'MethodNotAllowed',
      headers: { allow: 'GET, HEAD' },
    });
    expect(asked()).toEqual([]);
  });
});
