import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealingLimits } from '../../../src/core/sealing-limits.js';
import { changeLimits } from '../../support/changed-limits.js';
import { TestInstallation } from '../../support/gateway.js';
import { sealedSecret } from '../../support/sealed-secrets.js';
import { SecretsWorld } from '../../support/secrets-world.js';

const namespace = 'sealed-bounds';
const path = `/v1/namespaces/${namespace}/sealedsecrets`;
let world: SecretsWorld<'writer'>;
let certificate: string;

beforeAll(async () => {
  const limits = { requestsPerSecond: 1, burst: 40 };
  world = await SecretsWorld.in(await TestInstallation.start({ limits }), namespace, ['writer']);
  certificate = (await world.as('writer').get('/v1/sealing/certificate')).text;
});
afterAll(() => world?.stop());

function sealed(name: string, count: number) {
  const keys = Array.from({ length: count }, (_, index) => `k${index}`);
  const values = Object.fromEntries(keys.map((key) => [key, 'v']));
  return sealedSecret({ certificate, namespace, name, values });
}

describe('the work of opening values', () => {
  it('counts against the limit of the credential before it is done', async () => {
    const first = await world.as('writer').post(path, sealed('first', 8));
    expect(first.status).toBe(201);
    const second = await world.as('writer').post(path, sealed('second', 8));
    expect(second).toMatchObject({ status: 429, body: { code: 'TooManyRequests' } });
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(0);
    expect(await world.stored('second')).toBeUndefined();
  });

  it('and of parsing YAML, also without a right', async () => {
    const token = await world.installation.user(namespace, 'stranger', []);
    const { fastify } = world.installation.gateway;
    const send = (payload: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/yaml' };
      return fastify.inject({ method: 'POST', url: path, headers, payload });
    };
    expect((await send(': '.repeat(8_000))).statusCode).toBe(429);
    expect((await send(stringify(sealed('third', 1)))).statusCode).toBe(403);
  });
});

describe('a manifest beyond the bounds', () => {
  changeLimits([sealingLimits], { valuesMax: 2, decryptionsMax: 1, manifestBytesMax: 8_192 });

  it('is refused before it is opened if it has too many values or bytes', async () => {
    const token = await world.installation.user(namespace, 'other', [
      { verbs: ['create', 'update'], resources: ['secrets'] },
    ]);
    const { fastify } = world.installation.gateway;
    const send = (payload: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      return fastify.inject({ method: 'POST', url: path, headers, payload });
    };
    expect((await send(sealed('many', 3))).statusCode).toBe(413);
    expect((await send(sealed('tried', 2))).statusCode).toBe(413);
    const long = sealed('long', 1);
    const filler = { ...long, status: { filler: 'x'.repeat(8_192) } };
    expect((await send(filler)).statusCode).toBe(413);
    const items = { ...long, status: Array.from({ length: 1_100 }, () => 0) };
    expect((await send(items)).statusCode).toBe(413);
    for (const name of ['many', 'tried', 'long']) {
      expect(await world.stored(name)).toBeUndefined();
    }
  });
});
