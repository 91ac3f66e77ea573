import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { UnfinishedBodies } from './unfinished-bodies.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { RefusalRecorder } from '../../../src/platform/http/refusal-recorder.js';
import { partOf } from '../../support/part-of.js';

const secrets = '/v1/namespaces/pay/secrets';
const begunCount = 40;
const bodies = new UnfinishedBodies();

let installation: TestInstallation;
let base: string;
let victim: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  victim = await installation.user('pay', 'victim', [allOfSecrets]);
});
afterEach(() => bodies.end());
afterAll(() => installation.stop());

function put(token: string, name: string): Promise<Answer> {
  const body = { stringData: { a: '1' } };
  return send(base, { method: 'PUT', path: `${secrets}/${name}`, token, body });
}

async function refusals(user: string): Promise<number> {
  await partOf(installation.gateway, RefusalRecorder).flush();
  const { items } = await partOf(installation.gateway, AuditService).list(
    { action: ['auth.refused'] },
    { limit: 500 },
  );
  return items.filter((event) => event.code === 429 && event.user?.endsWith(`:${user}`)).length;
}

describe('unfinished bodies of one user', () => {
  it.each([
    ['rest', 'PUT', `${secrets}/a`, 6_800_000],
    ['graphql', 'POST', '/graphql', 6_800_000],
    ['kubectl', 'POST', '/kubernetes/api/v1/namespaces/pay/secrets', 3_000_000],
  ])('take his share of the memory and no more, over %s', async (user, method, path, bytes) => {
    // A user without any right.
    const token = await installation.user('pay', user, []);
    for (let index = 0; index < begunCount; index += 1) {
      bodies.begin(base, { method, path, token, announcedBytes: bytes });
    }
    const refused = begunCount - Math.floor(limits.bodiesOfUserBytesMax / bytes);
    await expect.poll(() => bodies.answers.length, { timeout: 10_000 }).toBe(refused);
    for (const answer of bodies.answers) {
      expect(answer).toMatch(/^HTTP\/1\.1 429 /);
      expect(answer).toMatch(/\r\nretry-after: 1\r\n/i);
      expect(answer).toContain('request bodies');
    }
    expect((await put(victim, user)).status).toBe(201);
    bodies.end();
    // One event for all of them.
    expect(await refusals(user)).toBe(1);
    await expect.poll(() => put(token, 'own').then(({ status }) => status)).toBe(403);
  });

  it.each([
    ['that are announced alone', 0],
    ['of which the last byte is missing', limits.smallBodyBytesMax - 1],
  ])('and small ones %s exclude nobody', async (_what, sentBytes) => {
    const users = ['s1', 's2', 's3'].map((user) => `${user}-${sentBytes}`);
    for (const user of users) {
      const token = await installation.user('pay', user, []);
      const small = { announcedBytes: limits.smallBodyBytesMax, sentBytes, token };
      for (let count = 0; count < 384; count += 1) {
        bodies.begin(base, { method: 'POST', path: '/graphql', ...small });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, limits.bodyKeptMsMin + 500));
    expect((await put(victim, `beside-${sentBytes}`)).status).toBe(201);
    const query = { method: 'POST', path: '/graphql', token: victim, body: { query: '{a}' } };
    expect((await send(base, query)).status).toBe(400);
  });

  it('of many users leave room for small ones of others', async () => {
    const users = ['u1', 'u2', 'u3', 'u4'];
    const tokens = await Promise.all(users.map((user) => installation.user('pay', user, [])));
    for (const token of tokens) {
      for (const path of ['a', 'b', 'c'].map((name) => `${secrets}/${name}`)) {
        bodies.begin(base, { method: 'PUT', path, token, announcedBytes: 6_800_000 });
      }
    }
    const room = limits.bodiesInAllBytesMax - limits.bodiesSmallReserveBytes;
    const refused = 12 - Math.floor(room / 6_800_000);
    await expect.poll(() => bodies.answers.length, { timeout: 10_000 }).toBe(refused);
    expect((await put(victim, 'small')).status).toBe(201);
  });
});
