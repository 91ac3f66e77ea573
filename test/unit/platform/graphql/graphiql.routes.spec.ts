import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addGraphiqlRoutes } from '../../../../src/platform/graphql/graphiql.routes.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
let instance: FastifyInstance;

beforeAll(async () => {
  instance = fastify();
  addGraphiqlRoutes(instance);
  instance.get('/graphql', async () => 'another representation');
  instance.post('/graphql', async () => 'a result');
  await instance.ready();
});
afterAll(() => instance.close());

const get = (url: string, headers: Record<string, string> = {}) =>
  instance.inject({ method: 'GET', url, headers });

describe('GET /graphql', () => {
  it('is the page for a client that prefers HTML, with a tag and by Accept', async () => {
    const page = await get('/graphql', { accept: BROWSER });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      vary: 'Accept, Accept-Encoding',
    });
    expect(page.body).toContain('<title>Sallyport GraphQL</title>');
    const { etag } = page.headers;
    const again = await get('/graphql', { accept: BROWSER, 'if-none-match': String(etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it.each([
    undefined,
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'text/html, application/json',
    'text/html;q=0.5, application/graphql-response+json',
    'text/event-stream',
  ])('has its other representation for Accept %j', async (accept) => {
    const { body } = await get('/graphql', accept === undefined ? {} : { accept });
    expect(body).toBe('another representation');
  });

  it('leaves other methods and paths alone', async () => {
    const headers = { accept: BROWSER };
    const posted = await instance.inject({ method: 'POST', url: '/graphql', headers });
    expect(posted.body).toBe('a result');
    expect((await get('/graphql/x', headers)).statusCode).toBe(404);
    expect((await get('/graphqlx', headers)).statusCode).toBe(404);
  });
});

describe('the files of the page', () => {
  it('are all served, each with its type and a policy, also compressed', async () => {
    const { body } = await get('/graphql', { accept: BROWSER });
    const linked = [...body.matchAll(/(?:src|href)="(?<path>\/[^"]+)"/g)].map(([, path]) => path);
    expect(linked.length).toBeGreaterThanOrEqual(6);
    for (const path of linked) {
      const file = await get(String(path), { 'accept-encoding': 'gzip' });
      const type = path?.endsWith('.css') ? 'text/css' : 'text/javascript';
      expect(file.headers).toMatchObject({
        'content-type': `${type}; charset=utf-8`,
        'content-encoding': 'gzip',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
    }
  });

  it('import each other by paths that are served', async () => {
    const start = await get('/docs/graphiql/start.js');
    const imported = [...start.body.matchAll(/from '\.\/(?<file>[^']+)'/g)];
    expect(imported).toHaveLength(3);
    for (const [, file] of imported) {
      expect((await get(`/docs/graphiql/${file}`)).statusCode).toBe(200);
    }
  });
});
