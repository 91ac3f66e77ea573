import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { RefusalRecorder } from '../../../src/platform/http/refusal-recorder.js';
import { partOf } from '../../support/part-of.js';

const path = '/v1/namespaces/pay/secrets/db';
const burst = 40;

let installation: TestInstallation;
let base: string;
let token: string;
let other: string;

beforeAll(async () => {
  installation = await TestInstallation.start({
    listen: { port: 0, trustedProxies: ['127.0.0.1'] },
    limits: { requestsPerSecond: 1, burst },
  });
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'hunter2' });
  token = await installation.user('pay', 'app', [allOfSecrets]);
  other = await installation.user('pay', 'other', [allOfSecrets]);
});

afterAll(() => installation.stop());

function get(credential: string | undefined, from = '198.51.100.1'): Promise<Answer> {
  return send(base, { path, token: credential, headers: { 'x-forwarded-for': from } });
}

function query(credential: string): Promise<Answer> {
  const body = { query: '{ viewer { username } }' };
  return send(base, { method: 'POST', path: '/graphql', token: credential, body });
}

function expectTooMany(answer: Answer, policy: string): void {
  expect(answer.status).toBe(429);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.json()).toMatchObject({ code: 'TooManyRequests', status: 429 });
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(answer.headers['ratelimit']).toMatch(new RegExp(`^"${policy}";r=0;t=\\d+$`));
  expect(answer.text).not.toContain('hunter2');
}

async function aggregated() {
  await partOf(installation.gateway, RefusalRecorder).flush();
  const { items } = await partOf(installation.gateway, AuditService).list(
    { action: ['auth.refused'] },
    { limit: 500 },
  );
  return items.filter(({ code }) => code === 429);
}

describe('a credential', () => {
  it('is told what is left, and 429 beyond, over REST and GraphQL together', async () => {
    const first = await get(token);
    expect(first.status).toBe(200);
    expect(first.headers['ratelimit-policy']).toBe(`"credential";q=${burst};w=${burst}`);
    expect(first.headers['ratelimit']).toMatch(/^"credential";r=\d+;t=\d+$/);
    const answers: Answer[] = [];
    while (answers.length < 10 * burst && answers.at(-1)?.status !== 429) {
      answers.push(await (answers.length % 2 === 0 ? query(token) : get(token)));
    }
    expect(answers.length).toBeGreaterThanOrEqual(burst - 1);
    const [rest, graphql] = await Promise.all([get(token), query(token)]);
    for (const answer of [answers.at(-1), rest, graphql].filter((one) => one?.status === 429)) {
      if (answer) expectTooMany(answer, 'credential');
    }
  });

  it('does not spend what others have', async () => {
    expect((await get(other)).status).toBe(200);
  });

  it('is written down once for all its refusals, with its name', async () => {
    const events = await aggregated();
    const mine = events.filter(({ user }) => user === 'system:serviceaccount:pay:app');
    expect(mine.length).toBeGreaterThan(0);
    // One for each ten seconds; a slow machine needs more than that.
    expect(mine.length).toBeLessThanOrEqual(3);
    for (const event of mine) {
      expect(event).toMatchObject({ marks: ['aggregate'], outcome: 'denied' });
    }
  });
});

describe('an address', () => {
  it('hears 401 of twenty wrong credentials and 429 of the next; right ones still pass', async () => {
    const from = '198.51.100.2';
    for (let index = 0; index < 20; index += 1) {
      expect((await get(`wrong-${index}`, from)).status).toBe(401);
    }
    expectTooMany(await get('wrong-20', from), 'failed-credentials');
    expect((await get('wrong-3', from)).status).toBe(401);
    expect((await get(other, from)).status).toBe(200);
    expect((await get('wrong-21', '198.51.100.3')).status).toBe(401);
  });

  it('is refused beyond its rate without any credential too, and that in one event', async () => {
    const from = '198.51.100.4';
    const statuses: number[] = [];
    for (let index = 0; index < burst + 20; index += 1) {
      statuses.push((await get(undefined, from)).status);
    }
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const events = (await aggregated()).filter(({ sourceIp }) => sourceIp === from);
    expect(events.length).toBeGreaterThan(0);
    expect(events.length).toBeLessThanOrEqual(3);
    expect(events[0]).toMatchObject({ user: 'system:anonymous', marks: ['aggregate'] });
  });
});
