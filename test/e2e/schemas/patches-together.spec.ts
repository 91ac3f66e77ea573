import { afterAll, beforeAll, expect, it } from 'vitest';
import { send } from '../../support/raw-http.js';
import { SecretsWorld } from '../../support/secrets-world.js';

let world: SecretsWorld<'owner'>;
let url: string;

const labels = { 'sallyport.dev/schema': 'login' };
const login = {
  appliesTo: { label: 'login' },
  mode: 'enforce',
  keys: { username: { schema: { type: 'string', pattern: '^[a-z_]{1,63}$' } } },
};

beforeAll(async () => {
  world = await SecretsWorld.start('schemas', ['owner']);
  [url = ''] = await world.installation.gateway.listen();
  const token = await world.installation.clusterUser('schemas', 'admin', [
    { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: ['secretschemas'] },
    { verbs: ['list'], resources: ['secrets'] },
  ]);
  const put = { method: 'PUT', path: '/v1/schemas/login', token, body: login };
  const { status, text } = await send(url, put);
  if (status !== 201) throw new Error(text);
});
afterAll(() => world?.stop());

it('patches of one Secret that come together are all made, in a cluster with a schema', async () => {
  for (const [name, metadata] of [
    ['together', {}],
    ['together-login', { labels }],
  ] as const) {
    await world.seed(name, { metadata, stringData: { username: 'app' } });
    const path = `/v1/namespaces/schemas/secrets/${name}`;
    const headers = { 'content-type': 'application/merge-patch+json' };
    const names = Array.from({ length: 10 }, (_, at) => `key-${at}`);
    const answers = await Promise.all(
      names.map((key) => {
        const body = { stringData: { [key]: 'x' } };
        return send(url, { method: 'PATCH', path, token: world.tokens.owner, headers, body });
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const { text } = await send(url, { path, token: world.tokens.owner });
    expect(names.filter((key) => !text.includes(`"${key}"`))).toEqual([]);
  }
});
