import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedSecret } from '../../support/seed.js';
import { LibraryWorld, namespace } from './library-world.js';

const path = `/api/v1/namespaces/${namespace}/secrets/db`;
const value = 'of-db-12345678';
const encoded = Buffer.from(value).toString('base64');
let world: LibraryWorld;

beforeAll(async () => {
  world = await LibraryWorld.start();
  await seedSecret(world.installation, namespace, 'db', { password: value });
});
afterAll(() => world.stop());

const copies = ['/metadata/annotations/a', '/type', '/metadata/name', '/kind'];
const mistyped = [{ immutable: 'no' }, { stringData: { a: 1 } }, { metadata: { labels: 1 } }];

const cases: [string, string, unknown][] = [
  ...copies.map((to): [string, string, unknown] => [
    `a copy to ${to}`,
    'application/json-patch+json',
    [
      { op: 'add', path: '/metadata/annotations', value: {} },
      { op: 'copy', from: '/data/password', path: to },
    ],
  ]),
  ...mistyped.map((body): [string, string, unknown] => [
    `the mistyped ${JSON.stringify(body)}`,
    'application/merge-patch+json',
    body,
  ]),
  ['the strategic mistyped', 'application/strategic-merge-patch+json', { immutable: 'no' }],
];

describe.each(cases)('%s', (_what, type, body) => {
  const headers = { 'content-type': type };
  const call = { method: 'PATCH', path: `${path}?dryRun=All`, headers, body: body as object };

  it('tells a token that opens no values none', async () => {
    const { token } = await world.mint({ actions: ['write'] });
    const { text } = await world.send({ ...call, token });
    expect(text).not.toContain(encoded);
  });

  it.each([
    ['as it is', undefined],
    ['metadata alone', 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'],
    ['a table', 'application/json;as=Table;g=meta.k8s.io;v=v1'],
  ])('tells none without a reveal that names the key, in an answer %s', async (_form, accept) => {
    const token = await world.installation.user(
      namespace,
      `p${Math.random()}`.slice(0, 9).replace('.', ''),
      [{ verbs: ['patch'], resources: ['secrets'] }],
    );
    const before = (await world.events()).length;
    const form = accept === undefined ? headers : { ...headers, accept };
    const { text } = await world.send({ ...call, headers: form, token });
    const reveals = (await world.events())
      .slice(before)
      .filter(({ action, keys }) => action === 'secrets.reveal' && keys.includes('password'));
    expect(!text.includes(encoded) || reveals.length > 0).toBe(true);
  });
});
