import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { kubernetesSpec } from '../../../../src/sync/domain/kubernetes-spec.js';
import { storeSpecOf, storeSpecSchema } from '../../../../src/sync/domain/store-spec.js';

const url = 'https://other.example:6443';
const token = { audience: 'other-cluster' };
const tokenSecret = { namespace: 'stores', name: 'other', key: 'token' };

const pathsOf = (spec: object) =>
  kubernetesSpec.safeParse(spec).error?.issues.map(({ path }) => path.join('.')) ?? [];

it('has a token of a ServiceAccount or that of a Secret, and the key of the CA', () => {
  expect(kubernetesSpec.parse({ url, auth: { token } })).toEqual({ url, auth: { token } });
  const caSecret = { namespace: 'stores', name: 'other-ca' };
  expect(kubernetesSpec.parse({ url, caSecret, auth: { tokenSecret } })).toEqual({
    ...{ url, auth: { tokenSecret } },
    caSecret: { ...caSecret, key: 'ca.crt' },
  });
});

it.each([
  ['no credential', { url, auth: {} }, 'auth'],
  ['two credentials', { url, auth: { token, tokenSecret } }, 'auth'],
  ['another credential', { url, auth: { token, password: 'x' } }, 'auth'],
  [
    'an audience with a space',
    { url, auth: { token: { audience: 'a b' } } },
    'auth.token.audience',
  ],
  ['no audience', { url, auth: { token: {} } }, 'auth.token.audience'],
  ['no key', { url, auth: { tokenSecret: { ...tokenSecret, key: '' } } }, 'auth.tokenSecret.key'],
  ['no TLS', { url: 'http://other.example', auth: { token } }, 'url'],
  ['a user in the URL', { url: 'https://admin@other.example', auth: { token } }, 'url'],
  ['a query', { url: 'https://other.example/?a', auth: { token } }, 'url'],
  ['another member', { url, auth: { token }, namespace: 'pay' }, ''],
])('with %s is refused', (_what, spec, path) => {
  expect(pathsOf(spec)).toEqual([path]);
});

it('may have the path of a proxy, as in the shipped definition', () => {
  const proxied = 'https://rancher.example/k8s/clusters/c-1';
  expect(pathsOf({ url: proxied, auth: { token } })).toEqual([]);
  const definition = parse(readFileSync('deploy/crds/externalstores.yaml', 'utf8'));
  const { properties } = definition.spec.versions[0].schema.openAPIV3Schema.properties.spec;
  const { kubernetes, openbao } = properties;
  expect(kubernetes.properties.url.pattern).toBe(openbao.properties.url.pattern);
  expect(new RegExp(kubernetes.properties.url.pattern).test(proxied)).toBe(true);
  expect(kubernetes.properties.caSecret).toEqual(openbao.properties.caSecret);
});

it('is written with the store, and alone', () => {
  const spec = storeSpecSchema.parse({ kubernetes: { url, auth: { token } } });
  expect(storeSpecOf(spec)).toMatchObject({ kubernetes: { url, auth: { token } }, poll: '1m' });
  const openbao = { url, auth: { jwt: { role: 'sync', audience: 'openbao' } } };
  expect(() => storeSpecSchema.parse({ ...spec, openbao })).toThrow('exactly one of');
});
