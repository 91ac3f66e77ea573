import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Callers, type Case, type Outcome, doors } from '../../support/door.js';
import { TestInstallation } from '../../support/gateway.js';
import { type AuditEvent, followed, rights } from '../../support/secrets-world.js';
import { type Life, casesOf } from './tutorial-life.js';

const shhhhhh: Life = {
  namespace: 'tutorial',
  name: 'shhhhhh',
  start: { username: 'root', password: 'root' },
  labels: {},
  changed: { key: 'password', value: 'r00t123' },
};
const demoDbcreds: Life = {
  namespace: 'mongodb',
  name: 'demo-dbcreds',
  start: { 'mongodb-root-password': 'r00t&=%', 'mongodb-replica-set-key': '', user: 'jürgen' },
  labels: { app: 'mongodb' },
  changed: { key: 'mongodb-root-password', value: 'another one' },
};
const lives = [shhhhhh, demoDbcreds];

let installation: TestInstallation;
let url: string;
const tokens: Record<string, Record<string, string>> = {};

beforeAll(async () => {
  installation = await TestInstallation.start();
  [url = ''] = await installation.gateway.listen();
  for (const { namespace } of lives) {
    await installation.serve(namespace);
    await followed(installation, namespace);
    tokens[namespace] = {
      owner: await installation.user(namespace, 'owner', rights.owner),
      stranger: await installation.user(namespace, 'stranger', rights.nobody),
      auditor: await installation.user(namespace, 'auditor', rights.auditor),
    };
  }
});
afterAll(() => installation?.stop());

const callersIn = (namespace: string): Callers => ({ url, tokens: tokens[namespace] ?? {} });

/** The events in the namespace that belong to the call, as its auditor sees them over REST. */
async function eventsOf({ auditId }: Outcome, namespace: string): Promise<readonly AuditEvent[]> {
  const answer = await request(url)
    .get('/v1/audit/events')
    .query({ namespace, since: '1h' })
    .set('authorization', `Bearer ${tokens[namespace]?.['auditor']}`)
    .expect(200);
  const { items } = JSON.parse(answer.text) as { readonly items: readonly AuditEvent[] };
  return items.filter((event) => event.auditId === auditId || event.parentId === auditId);
}

function expectOutcome(outcome: Outcome, { expect: { code, data = {} } }: Case): void {
  expect({ ok: outcome.ok, code: outcome.code }).toEqual({ ok: code === undefined, code });
  if (typeof data === 'string') expect(outcome.data).toBe(data);
  else expect(outcome.data).toMatchObject(data as object);
}

describe.each(lives)('the life of $name in $namespace', (life) => {
  const { namespace } = life;
  const user = `system:serviceaccount:${namespace}:owner`;

  describe.each(doors)('over $name', (door) => {
    // In order: each case finds what the one before it has left.
    it.each(casesOf(life))('$name, on record with all that an auditor asks', async (step) => {
      const outcome = await door.call(callersIn(namespace), step);

      expectOutcome(outcome, step);
      const events = await eventsOf(outcome, namespace);
      expect(events).toHaveLength(1);
      const common = { user, namespace, outcome: 'allowed' };
      expect(events[0]).toMatchObject({ ...common, ...step.expect.event });
    });

    it('leaves nothing in the cluster', async () => {
      const path = `/api/v1/namespaces/${namespace}/secrets/${life.name}`;
      expect((await installation.cluster.request('GET', path)).status).toBe(404);
    });
  });
});

it('writes none of the values to log or trail', async () => {
  for (const { namespace, changed } of lives) {
    const answer = await request(url)
      .get('/v1/audit/events')
      .query({ namespace })
      .set('authorization', `Bearer ${tokens[namespace]?.['auditor']}`);
    expect(answer.text).not.toContain(changed.value);
    expect(installation.log.join('')).not.toContain(changed.value);
  }
});
