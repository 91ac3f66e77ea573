import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOfSecrets } from '../../support/gateway.js';
import { seedSecret } from '../../support/seed.js';
import { AuditWorld } from './audit-world.js';

const path = '/v1/namespaces/pay/secrets';
const listEvents = { verbs: ['list'], resources: ['auditevents'], apiGroups: ['sallyport.dev'] };
/** As many Secrets with their events as a request may ask for, and one more. */
const nestedMax = 50;

interface Connection {
  readonly nodes: readonly { readonly id: string; readonly action: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Shown {
  readonly name?: string;
  readonly value?: string | null;
  readonly auditEvents: Connection | null;
}

interface Answer {
  readonly data?: {
    readonly secret?: Shown | null;
    readonly secrets?: { readonly nodes: readonly Shown[] } | null;
    readonly patchSecret?: { readonly secret: Shown } | null;
  };
  readonly errors?: readonly {
    readonly path: readonly (string | number)[];
    readonly message: string;
    readonly extensions: { readonly code: string; readonly auditId: string };
  }[];
}

let world: AuditWorld;
let owner = '';
let ofOne = '';
let keyReader = '';

beforeAll(async () => {
  world = await AuditWorld.start();
  const { installation } = world;
  await seedSecret(installation, 'pay', 'cache', { password: 'root' });
  owner = await installation.user('pay', 'owner', [allOfSecrets, listEvents]);
  const onlyDb = { ...listEvents, resourceNames: ['db'] };
  ofOne = await installation.user('pay', 'of-one', [allOfSecrets, onlyDb]);
  const key = { ...listEvents, verbs: ['get'], resources: ['secretkeys'] };
  keyReader = await installation.user('pay', 'key-reader', [
    { ...key, resourceNames: ['db/user'] },
    listEvents,
  ]);
  for (const name of ['db', 'db', 'cache']) await world.call({ path: `${path}/${name}` });
  await world.call({ path: '/v1/namespaces/shop/secrets/db' });
});

afterAll(() => world.stop());

async function ask(query: string, token = owner): Promise<Answer> {
  const answer = await world.call({ method: 'POST', path: '/graphql', body: { query } }, token);
  return answer.json<Answer>();
}

const ofDb = (selection: string) =>
  `{ secret(namespace: "pay", name: "db") { name auditEvents${selection} } }`;

describe('the events of a Secret, below the Secret', () => {
  it('are those that the root field finds with its namespace and name', async () => {
    const until = new Date().toISOString();
    const filter = (more: string) => `(filter: {until: "${until}"${more}}) { nodes { id action } }`;
    const { data, errors } = await ask(ofDb(filter('')));
    expect(errors).toBeUndefined();
    const found = data?.secret?.auditEvents?.nodes ?? [];
    const wanted = await world.find(`?until=${until}&namespace=pay&secret=db`);
    expect(found.length).toBeGreaterThan(1);
    expect(found.map(({ id }) => id)).toEqual(wanted.items.map(({ id }) => id));
    const reveals = await ask(ofDb(filter(', secret: "db", action: ["secrets.reveal"]')));
    expect(reveals.data?.secret?.auditEvents?.nodes.map(({ action }) => action)).toEqual([
      'secrets.reveal',
      'secrets.reveal',
    ]);
  });

  it('come in pages', async () => {
    const page = (more: string) =>
      ofDb(
        `(first: 1, filter: {action: ["secrets.reveal"]}${more}) { nodes { id } pageInfo { hasNextPage endCursor } }`,
      );
    const first = (await ask(page(''))).data?.secret?.auditEvents;
    expect(first?.pageInfo.hasNextPage).toBe(true);
    const second = (await ask(page(`, after: "${first?.pageInfo.endCursor}"`))).data?.secret;
    expect(second?.auditEvents?.nodes[0]?.id).not.toBe(first?.nodes[0]?.id);
  });

  it('are there in lists and in results of writes, too', async () => {
    const list = await ask(
      '{ secrets(filter: {namespaces: ["pay"]}) { nodes { name auditEvents { nodes { id } } } } }',
    );
    expect(list.errors).toBeUndefined();
    const counts = list.data?.secrets?.nodes.map(({ name, auditEvents }) => [
      name,
      (auditEvents?.nodes.length ?? 0) > 0,
    ]);
    expect(counts).toEqual([
      ['cache', true],
      ['db', true],
    ]);
    const write = await ask(
      'mutation { patchSecret(input: {namespace: "pay", name: "cache", labels: null}) ' +
        '{ secret { auditEvents(first: 1) { nodes { action } } } } }',
    );
    expect(write.data?.patchSecret?.secret.auditEvents?.nodes).toEqual([
      { action: 'secrets.patch' },
    ]);
  });

  it('are refused to who may not list them, at their path, and the rest is shown', async () => {
    const { data, errors } = await ask(ofDb(' { nodes { id } }'), world.tokens.app);
    expect(data?.secret).toEqual({ name: 'db', auditEvents: null });
    expect(errors).toMatchObject([
      { path: ['secret', 'auditEvents'], extensions: { code: 'Forbidden' } },
    ]);
    expect(errors?.[0]?.message).toContain('cannot list resource "auditevents"');
    const { items } = await world.find('?action=audit.read&outcome=denied&limit=1');
    expect(items[0]).toMatchObject({ namespace: 'pay', secret: 'db', code: 403 });
    expect(items[0]?.auditId).toBe(errors?.[0]?.extensions.auditId);
  });

  it('need the right on the events of that Secret only', async () => {
    const { data, errors } = await ask(
      '{ secrets(filter: {namespaces: ["pay"]}) { nodes { name auditEvents { nodes { id } } } } }',
      ofOne,
    );
    const shown = data?.secrets?.nodes.map(({ name, auditEvents }) => [name, auditEvents === null]);
    expect(shown).toEqual([
      ['cache', true],
      ['db', false],
    ]);
    expect(errors?.map((error) => error.path)).toEqual([['secrets', 'nodes', 0, 'auditEvents']]);
  });

  it('need no right on what else there is to the Secret', async () => {
    const query =
      '{ secret(namespace: "pay", name: "db") { value(key: "user") auditEvents { nodes { id } } } }';
    const { data, errors } = await ask(query, keyReader);
    expect(errors).toBeUndefined();
    expect(data?.secret?.value).toBe('root');
    expect(data?.secret?.auditEvents?.nodes.length).toBeGreaterThan(0);
  });

  it.each(['namespace: "shop"', 'secret: "cache"', 'secret: "d*"'])(
    'are not those of another by a filter of %s',
    async (filter) => {
      const { data, errors } = await ask(ofDb(`(filter: {${filter}}) { nodes { id } }`));
      expect(data?.secret?.auditEvents).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'BadRequest' } }]);
    },
  );

  it(`are searched for ${nestedMax} Secrets a request at most, however they are named`, async () => {
    for (let index = 0; index < nestedMax; index += 1) {
      await seedSecret(world.installation, 'vault', `s${index}`, { a: '1' });
    }
    await world.installation.grant('vault', 'owner', [allOfSecrets, listEvents], 'pay');
    const { data, errors } = await ask(
      '{ secrets(filter: {namespaces: ["vault"]}) { nodes { auditEvents { nodes { id } } } } ' +
        'secret(namespace: "pay", name: "db") { name auditEvents { nodes { id } } } }',
    );
    const lists = [...(data?.secrets?.nodes ?? []), data?.secret].map((one) => one?.auditEvents);
    expect(lists).toHaveLength(nestedMax + 1);
    expect(lists.filter((list) => list === null)).toHaveLength(1);
    expect(errors).toMatchObject([{ extensions: { code: 'BadRequest' } }]);
  });
});
