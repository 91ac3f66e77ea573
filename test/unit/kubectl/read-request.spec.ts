import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toSallyportError } from '../../../src/core/errors/sallyport-error.js';
import { RefusedByCluster } from '../../../src/core/errors/refused-by-cluster.js';
import { limits } from '../../../src/core/limits.js';
import { createFastify } from '../../../src/platform/http/fastify-instance.js';
import type { FacadeRequest } from '../../../src/kubectl/domain/facade.js';
import { readRequest } from '../../../src/kubectl/read-request.js';

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Headers = Readonly<Record<string, string>>;

const secrets = '/api/v1/namespaces/pay/secrets';
const json = { 'content-type': 'application/json' };
const secondsMax = String(limits.kubectlWatchMsMax / 1_000);

describe('a request of a client', () => {
  const instance = createFastify();
  let read: FacadeRequest | undefined;
  let thrown: unknown;

  beforeAll(() => {
    instance.route({
      method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/kubernetes/*',
      exposeHeadRoute: false,
      handler: async (request) => {
        try {
          read = readRequest(request);
        } catch (error) {
          thrown = error;
        }
        return '';
      },
    });
  });
  afterAll(() => instance.close());

  async function inject(method: Method, path: string, headers: Headers, payload?: string) {
    [read, thrown] = [undefined, undefined];
    const url = `/kubernetes${path}`;
    await instance.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
  }

  async function readOf(method: Method, path: string, headers: Headers = {}, payload?: string) {
    await inject(method, path, headers, payload);
    if (read === undefined) throw thrown;
    return read;
  }

  async function refusalOf(method: Method, path: string, headers: Headers, payload?: string) {
    await inject(method, path, headers, payload);
    return toSallyportError(thrown);
  }

  it('goes on as it came, without any identity', async () => {
    const body = '{ "as": "it came" }';
    const headers = { ...json, authorization: 'Bearer token', cookie: 'a=b', 'x-remote-user': 'x' };
    const query = 'fieldManager=me&fieldValidation=Strict&dryRun=All';
    const { api, raw } = await readOf('POST', `${secrets}?${query}`, headers, body);
    expect(api).toMatchObject({ verb: 'create', resource: 'secrets', namespace: 'pay', name: '' });
    expect(raw).toEqual({
      ...{ method: 'POST', path: ['api', 'v1', 'namespaces', 'pay', 'secrets'] },
      ...{ accept: 'application/json', contentType: 'application/json' },
      body: Buffer.from(body),
      query: [
        ['fieldManager', 'me'],
        ['fieldValidation', 'Strict'],
        ['dryRun', 'All'],
      ],
    });
  });

  it('for a head alone is one for the whole', async () => {
    const { api, raw } = await readOf('HEAD', `${secrets}/db`);
    expect([api, raw.method]).toMatchObject([{ verb: 'get', name: 'db' }, 'GET']);
  });

  it('is refused where its path or query has a second reading', async () => {
    for (const path of [`${secrets}//db`, `${secrets}?limit=1&limit=2`, `${secrets}?a=%ff`]) {
      expect(await refusalOf('GET', path, {})).toMatchObject({ code: 'BadRequest' });
    }
  });

  describe('that writes', () => {
    const agent = { 'user-agent': 'kubectl-edit/v1.37.2 (linux/amd64) kubernetes/abc' };
    const managersOf = async (method: Method, path: string, headers: Headers) => {
      const { raw } = await readOf(method, path, { ...json, ...headers }, '{}');
      return raw.query.filter(([name]) => name === 'fieldManager').map(([, value]) => value);
    };

    it.each([
      ['POST', secrets, json],
      ['PUT', `${secrets}/db`, json],
      ['PATCH', `${secrets}/db`, { 'content-type': 'application/merge-patch+json' }],
    ] as const)('names its field manager as the API server would (%s)', async (...row) => {
      const [method, path, type] = row;
      const headers = { ...type, ...agent };
      expect(await managersOf(method, path, headers)).toEqual(['kubectl-edit']);
      expect(await managersOf(method, `${path}?fieldManager=`, headers)).toEqual(['kubectl-edit']);
      expect(await managersOf(method, `${path}?fieldManager=me`, headers)).toEqual(['me']);
    });

    it.each([
      ['who applies must name himself', 'PATCH', 'application/apply-patch+yaml'],
      ['a delete has none', 'DELETE', 'application/json'],
    ] as const)('names none where %s', async (_title, method, type) => {
      const headers = { 'content-type': type, ...agent };
      expect(await managersOf(method, `${secrets}/db`, headers)).toEqual([]);
    });

    it.each([
      ['POST', { 'content-type': 'application/cbor' }],
      ['POST', { 'content-type': 'application/merge-patch+json' }],
      ['PATCH', json],
      ['PUT', { ...json, 'content-encoding': 'gzip' }],
    ] as const)('is refused a body that is not taken (%s, %j)', async (method, headers) => {
      const path = method === 'POST' ? secrets : `${secrets}/db`;
      const refusal = await refusalOf(method, path, headers, '{}');
      expect(refusal).toMatchObject({ code: 'UnsupportedMediaType', status: 415 });
    });

    it('has no type without a body', async () => {
      const { raw } = await readOf('DELETE', `${secrets}/db`, json);
      expect(raw).not.toHaveProperty('body');
      expect(raw).not.toHaveProperty('contentType');
    });
  });

  describe('that watches', () => {
    it.each([
      ['', secondsMax],
      ['&timeoutSeconds=30', '30'],
      ['&timeoutSeconds=0', secondsMax],
      ['&timeoutSeconds=-1', secondsMax],
      ['&timeoutSeconds=never', secondsMax],
      ['&timeoutSeconds=86400', secondsMax],
    ])('with %j ends at the server after %s seconds', async (given, seconds) => {
      const { api, raw } = await readOf('GET', `${secrets}?watch=1${given}`);
      expect(api).toMatchObject({ verb: 'watch' });
      const told = raw.query.filter(([name]) => name === 'timeoutSeconds');
      expect(told).toEqual([['timeoutSeconds', seconds]]);
    });

    it('keeps the rest of its query, but is never printed over several lines', async () => {
      const given = 'watch=true&pretty=true&resourceVersion=9&allowWatchBookmarks=true';
      const { raw } = await readOf('GET', `${secrets}?${given}`);
      expect(raw.query).toEqual([
        ['watch', 'true'],
        ['resourceVersion', '9'],
        ['allowWatchBookmarks', 'true'],
        ['timeoutSeconds', secondsMax],
      ]);
    });

    it('alone is given a time', async () => {
      const { raw } = await readOf('GET', `${secrets}?pretty=true&timeoutSeconds=9`);
      expect(raw.query).toEqual([
        ['pretty', 'true'],
        ['timeoutSeconds', '9'],
      ]);
    });
  });

  describe('that accepts', () => {
    const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const protobuf = 'application/vnd.kubernetes.protobuf';

    it.each([
      [undefined, 'application/json'],
      [table, table],
      [`${protobuf},application/json`, 'application/json'],
      ['*/*', 'application/json'],
    ])('%j has objects as %j', async (accept, sent) => {
      const { raw } = await readOf('GET', secrets, accept === undefined ? {} : { accept });
      expect(raw.accept).toBe(sent);
    });

    it.each([protobuf, 'application/yaml', 'text/html'])('%s alone has none', async (accept) => {
      const refusal = await refusalOf('GET', secrets, { accept });
      expect(refusal).toBeInstanceOf(RefusedByCluster);
      expect(refusal).toMatchObject({ answer: { status: 406 } });
    });

    it('a form of a description has that', async () => {
      const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
      const { raw } = await readOf('GET', '/openapi/v2', { accept });
      expect(raw.accept).toBe(accept);
      const discovery = await refusalOf('GET', '/api', { accept });
      expect(discovery).toMatchObject({ answer: { status: 406 } });
    });

    it('what it has already, of what is published and of nothing else', async () => {
      const conditions = { 'if-none-match': '"U"', 'accept-encoding': 'gzip' };
      const published = await readOf('GET', '/api', { ...conditions, range: 'bytes=0-1' });
      expect(published.raw.conditions).toEqual(conditions);
      const object = await readOf('GET', `${secrets}/db`, conditions);
      expect(object.raw).not.toHaveProperty('conditions');
    });
  });
});
