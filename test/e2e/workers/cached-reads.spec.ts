import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { WorkersWorld, namespace, secretsPath } from './workers-world.js';

const BURST = 100;
const PER_SECOND = 50;
let world: WorkersWorld;
let url: string;
let reader: string;
let stranger: string;

beforeAll(async () => {
  world = await WorkersWorld.open({ limits: { requestsPerSecond: PER_SECOND, burst: BURST } });
  const reads = [{ verbs: ['get', 'watch'], resources: ['secrets'] }];
  reader = await world.installation.user(namespace, 'reader', reads);
  stranger = await world.installation.user(namespace, 'stranger', []);
  await seedSecret(world.installation, namespace, 'db', { user: 'app', password: 'first' });
  ({ url } = await world.gateway());
  await world.warm(`${secretsPath}/db`);
});

afterAll(async () => {
  await world.close();
});

async function reading(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  let answer: Answer | undefined;
  const count = await world.passedOn(async () => {
    answer = await send(url, { path, token: reader, headers });
  });
  expect(count).toBe(0);
  return answer as Answer;
}

const changing = new Set(['date', 'x-request-id', 'audit-id', 'ratelimit']);
const lasting = ({ status, headers, text }: Answer) => ({
  ...{ status, text },
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !changing.has(name))),
});

describe('a worker', () => {
  it.each([
    `${secretsPath}/db`,
    `${secretsPath}/db?format=env&names=upper`,
    `${secretsPath}/db/metadata`,
    `${secretsPath}/db/keys/password`,
  ])('answers %s as the main process does', async (path) => {
    const own = await reading(path);
    const strong = `${path}${path.includes('?') ? '&' : '?'}consistency=strong`;
    const other = await send(url, { path: strong, token: reader });
    expect(own.status, own.text).toBe(200);
    expect(lasting(own)).toEqual(lasting(other));
    expect(own.headers['ratelimit-policy']).toBe(`"credential";q=${BURST};w=${BURST / PER_SECOND}`);
    const tag = { 'if-none-match': own.headers.etag ?? '' };
    const same = await reading(path, tag);
    const alike = await send(url, { path: strong, token: reader, headers: tag });
    expect(same.status).toBe(304);
    expect(lasting(same)).toEqual(lasting(alike));
  });

  it('has a read on record as the main process has it', async () => {
    const [own, strong] = [
      await reading(`${secretsPath}/db`),
      await send(url, { path: `${secretsPath}/db?consistency=strong`, token: reader }),
    ];
    const events = await world.eventsOf('db');
    const eventOf = (answer: Answer) =>
      events.find(({ auditId }) => auditId === answer.headers['audit-id']);
    const recorded = eventOf(own);
    const asked = eventOf(strong);
    expect(recorded).toMatchObject({ plane: 'broker', keys: ['password', 'user'], code: 200 });
    const alike = ['user', 'credentialId', 'sourceIp', 'userAgent', 'action', 'outcome'] as const;
    for (const member of alike) expect(recorded?.[member]).toEqual(asked?.[member]);
    expect(recorded?.decisionReason).toContain('pay-reader');
  });

  it('denies who has no right, with the same words whether or not the Secret is there', async () => {
    const denied = await Promise.all(
      ['db', 'absent'].map((name) =>
        send(url, { path: `${secretsPath}/${name}`, token: stranger }),
      ),
    );
    const [there, absent] = denied.map((answer) => ({
      ...answer.json(),
      ...{ requestId: '', auditId: '', instance: '' },
    }));
    expect(denied.map(({ status }) => status)).toEqual([403, 403]);
    expect(JSON.stringify(there).replaceAll('"db', '"absent')).toContain('secrets');
    expect(JSON.stringify(absent)).toBe(JSON.stringify(there).replaceAll('"db\\"', '"absent\\"'));
    const events = await world.eventsOf('db');
    const recorded = events.find(({ auditId }) => auditId === denied[0]?.headers['audit-id']);
    expect(recorded).toMatchObject({ outcome: 'denied', code: 403 });
  });

  it('lets one who has used up his limit read through no other either', async () => {
    const token = await world.installation.cluster.createToken({
      namespace,
      serviceAccount: 'reader',
      audiences: ['sallyport'],
    });
    const { agents, close } = world.connections(8);
    const beganAtMs = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 6 * BURST }, (_, index) =>
        send(url, { path: `${secretsPath}/db`, token, agent: agents[index % agents.length] }),
      ),
    );
    close();
    const allowed = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect(allowed.length + refused.length).toBe(answers.length);
    expect(allowed.length).toBeGreaterThanOrEqual(BURST);
    const regainedMax = Math.ceil(((performance.now() - beganAtMs) / 1_000) * PER_SECOND);
    expect(allowed.length).toBeLessThanOrEqual(BURST + regainedMax);
    expect(refused[0]?.headers['retry-after']).toBeDefined();
  });
});
