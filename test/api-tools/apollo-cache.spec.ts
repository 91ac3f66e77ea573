import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TestInstallation, allOfSecrets } from '../support/gateway.js';
import { send } from '../support/raw-http.js';
import { ApolloCache, type Members } from './apollo-cache.js';

const NAMESPACE = 'apollo';
const listQuery = `{ secrets(first: 10) {
  nodes { id name resourceVersion labels keys { name sizeBytes } }
} }`;
const secretQuery = `query ($name: String!, $version: String) {
  secret(namespace: "${NAMESPACE}", name: $name, version: $version) {
    id name resourceVersion value(key: "password")
  }
}`;
const createMutation = `mutation ($input: CreateSecretInput!) {
  createSecret(input: $input) { created secret { id name } }
}`;
const patchMutation = `mutation ($input: PatchSecretInput!) {
  patchSecret(input: $input) {
    dryRun secret { id name resourceVersion labels keys { name sizeBytes } }
  }
}`;
let installation: TestInstallation;
let base: string;
let token: string;
let cache: ApolloCache;
let name: string;
let created = 0;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve(NAMESPACE);
  const ofVersions = {
    verbs: ['get', 'list'],
    apiGroups: ['sallyport.dev'],
    resources: ['secretversions'],
  };
  token = await installation.user(NAMESPACE, 'app', [allOfSecrets, ofVersions]);
});
afterAll(() => installation?.stop());

beforeEach(async () => {
  cache = await ApolloCache.create(ask);
  created += 1;
  name = `cached-${created}`;
  const input = { namespace: NAMESPACE, name, stringData: { password: 'first' } };
  await cache.mutate(createMutation, { input });
});

async function ask(query: string, variables: Members): Promise<Members> {
  const body = { query, variables };
  const answer = await send(base, { method: 'POST', path: '/graphql', token, body });
  const { data, errors } = answer.json<{ data?: Members; errors?: unknown }>();
  expect({ status: answer.status, errors }).toEqual({ status: 200, errors: undefined });
  return data ?? {};
}

const patch = (dryRun: boolean) =>
  cache.mutate(patchMutation, {
    input: { namespace: NAMESPACE, name, labels: { team: 'pay' }, dryRun },
  });
const listed = () => cache.read(listQuery) as { secrets: { nodes: readonly Members[] } } | null;
const inList = () => listed()?.secrets.nodes.find((node) => node['name'] === name);
const cached = (version?: string) => cache.read(secretQuery, { name, version })?.['secret'];

it('the result of patchSecret changes the Secret of a cached list', async () => {
  await cache.query(listQuery);
  const before = inList();
  expect(before).toMatchObject({ labels: {} });
  await patch(false);
  expect(inList()).toMatchObject({ id: before?.['id'], labels: { team: 'pay' } });
  expect(inList()?.['resourceVersion']).not.toBe(before?.['resourceVersion']);
  const shown = listed();
  await cache.query(listQuery);
  expect(listed()).toEqual(shown);
});

it('the result of a dry run changes nothing that is cached', async () => {
  await cache.query(listQuery);
  const before = listed();
  const result = await patch(true);
  expect(result).toMatchObject({ patchSecret: { dryRun: true, secret: { name } } });
  expect(result).toMatchObject({ patchSecret: { secret: { labels: { team: 'pay' } } } });
  expect(listed()).toEqual(before);
});

it('a Secret and its SecretSummary do not overwrite each other', async () => {
  await cache.query(secretQuery, { name });
  const secret = cached();
  expect(secret).toMatchObject({ value: 'first' });
  await cache.query(listQuery);
  await patch(false);
  expect(cached()).toEqual(secret);
  const shown = listed();
  await cache.query(secretQuery, { name });
  expect(cached()).not.toEqual(secret);
  expect(listed()).toEqual(shown);
  const id = (cached() as Members)['id'];
  expect(id).not.toBe(inList()?.['id']);
  expect(cache.keysOf('Secret')).toEqual([`Secret:${String(id)}`]);
});

it('a Secret and its versions do not overwrite each other', async () => {
  const input = { namespace: NAMESPACE, name, stringData: { password: 'second' } };
  await cache.mutate(patchMutation, { input });
  await cache.query(secretQuery, { name });
  for (const version of ['1', '2']) await cache.query(secretQuery, { name, version });
  expect(cached()).toMatchObject({ value: 'second' });
  expect(cached('1')).toMatchObject({ value: 'first' });
  expect(cached('2')).toMatchObject({ value: 'second' });
  expect(cache.keysOf('Secret')).toHaveLength(3);
});
