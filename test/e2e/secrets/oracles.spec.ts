import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePath } from '../../../src/platform/storage/open-database.js';
import { send } from '../../support/raw-http.js';
import type { RestAnswer } from '../../support/rest-caller.js';
import { SecretsWorld } from '../../support/secrets-world.js';

let world: SecretsWorld<'owner' | 'writer' | 'auditor'>;

beforeAll(async () => {
  world = await SecretsWorld.start('oracles', ['owner', 'writer', 'auditor']);
});

afterAll(() => world.stop());

/** An answer without what differs between any two. */
function comparable(answer: RestAnswer): unknown {
  const { requestId: _request, auditId: _audit, ...body } = answer.body;
  return { status: answer.status, body };
}

async function graphql(role: 'owner' | 'writer', query: string, variables: object = {}) {
  return world.as(role).post('/graphql', { query, variables });
}

describe('a caller who may write but not read', () => {
  it('learns from no dry run whether he guessed a value', async () => {
    await world.seed('guessed', { stringData: { pin: '4711-4711' } });
    await wait(1_100); // Kubernetes tells times in seconds.
    const path = `${world.at('guessed')}?dryRun=All`;
    for (const guess of [
      { stringData: { pin: '4711-4711' } },
      { stringData: { pin: '0000-0000' } },
    ]) {
      const answer = await world.as('writer').put(path, guess);
      expect(answer.body['updatedAt']).toBeNull();
    }
    const right = await world.as('writer').put(path, { stringData: { pin: '4711-4711' } });
    const wrong = await world.as('writer').put(path, { stringData: { pin: '0000-0000' } });
    expect(comparable(right)).toEqual(comparable(wrong));
  });

  it('gets the same refusal of a PUT whether or not the Secret exists, with a useless right', async () => {
    const { installation, namespace } = world;
    const token = await installation.user(namespace, 'named', [
      // Kubernetes knows no name when it decides about a create.
      { verbs: ['create'], resources: ['secrets'], resourceNames: ['here', 'gone'] },
    ]);
    await world.seed('here', { stringData: { a: 'b' } });
    const answers = await Promise.all(
      ['here', 'gone'].map((name) =>
        installation.gateway.fastify.inject({
          method: 'PUT',
          url: world.at(name),
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          payload: '{"data":{}}',
        }),
      ),
    );
    const words = answers.map((answer) => answer.json<{ detail: string }>().detail);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403]);
    expect(words[0]?.replace('here', 'gone')).toBe(words[1]);
  });
});

describe('conditions that a write does not know', () => {
  it.each([
    ['DELETE', { 'if-none-match': '*' }],
    ['POST', { 'if-match': '"x.1"' }],
    ['POST', { 'if-none-match': '*' }],
  ] as const)('are refused on %s: %j', async (method, headers) => {
    await world.seed(`kept-${method.toLowerCase()}-${Object.keys(headers)[0]}`);
    const name = `kept-${method.toLowerCase()}-${Object.keys(headers)[0]}`;
    const answer =
      method === 'DELETE'
        ? await world.as('owner').delete(world.at(name), headers)
        : await world.as('owner').post(world.path, { name: 'new', data: {} }, headers);
    expect(answer.status).toBe(400);
    expect(await world.stored(name)).toBeDefined();
    expect(await world.stored('new')).toBeUndefined();
  });

  it('are refused in a fragment, where routers and parsers disagree', async () => {
    await world.seed('fragment');
    const [url = ''] = await world.installation.gateway.listen();
    const path = `${world.at('fragment')}#dryRun=All`;
    const answer = await send(url, { method: 'DELETE', path, token: world.tokens.owner });
    expect(answer.status).toBe(400);
    expect(await world.stored('fragment')).toBeDefined();
  });
});

describe('a dry run', () => {
  it('is told apart from the write in the audit trail', async () => {
    await world.seed('dry');
    await world.as('owner').delete(`${world.at('dry')}?dryRun=All`);
    await world.as('owner').delete(world.at('dry'));
    const base = `/v1/audit/events?namespace=${world.namespace}&secret=dry&action=secrets.delete`;
    const marked = await world.as('auditor').get(`${base}&mark=dry-run`);
    const all = await world.as('auditor').get(base);
    expect(marked.body.items.map((item) => item['marks'])).toEqual([['dry-run']]);
    expect(all.body.items.map((item) => item['marks'])).toEqual([[], ['dry-run']]);
  });
});

describe('a repeated request under one Idempotency-Key', () => {
  it('is not replayed to whom the right was taken', async () => {
    const { installation, namespace } = world;
    const token = await installation.user(namespace, 'leaver', [
      { verbs: ['create', 'update'], resources: ['secrets'] },
    ]);
    const put = () =>
      installation.gateway.fastify.inject({
        method: 'PUT',
        url: world.at('left'),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': 'leave-1',
        },
        payload: '{"stringData":{"a":"value-a"}}',
      });
    expect((await put()).statusCode).toBe(201);
    const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
    await installation.cluster.request('DELETE', `${bindings}/${namespace}-leaver`);
    await expect.poll(async () => (await put()).statusCode).toBe(403);
  });

  it('finds its own write after an unknown outcome, whatever its preconditions say', async () => {
    const seeded = await world.seed('unsure', { stringData: { a: 'old-value' } });
    const { uid, resourceVersion } = seeded.metadata;
    const headers = { 'idempotency-key': 'unsure-1', 'if-match': `"${uid}.${resourceVersion}"` };
    const put = () =>
      world.as('owner').put(world.at('unsure'), { stringData: { a: 'new-value' } }, headers);
    expect((await put()).status).toBe(200);
    const database = new DatabaseSync(databasePath(world.installation.dataDir), { timeout: 5_000 });
    database.exec("UPDATE idempotency_records SET state = 'unknown', answer = NULL");
    database.close();
    expect((await put()).status).toBe(200);
    expect(await world.values('unsure')).toEqual({ a: 'new-value' });
  });
});

describe('GraphQL', () => {
  it('refuses a namespace that is none, and has it on record', async () => {
    const query = 'query($n: [String!]) { secrets(filter: { namespaces: $n }) { nodes { name } } }';
    for (const namespace of ['', '../other', 'UPPER']) {
      const answer = await graphql('owner', query, { n: [namespace] });
      const [error] = answer.body.errors as unknown as { extensions: { code: string } }[];
      expect(error?.extensions.code).toBe('BadRequest');
    }
  });

  it('reads no Secret twice for one field', async () => {
    const query = `{ secretsByName(namespace: "${world.namespace}", names: ["a", "a"]) { name } }`;
    const answer = await graphql('owner', query);
    const [error] = answer.body.errors as unknown as { extensions: { code: string } }[];
    expect(error?.extensions.code).toBe('BadRequest');
  });
});
