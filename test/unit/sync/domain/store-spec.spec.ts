import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseStore, pollMsOf, storeSpecOf } from '../../../../src/sync/domain/store-spec.js';
import { allow, aStore, auth, openbao } from './sync.builder.js';

const problemOf = (spec: Readonly<Record<string, unknown>>) => aStore(spec).problem ?? '';

/** Patterns of the shipped definition at a path of the spec. */
function patternAt(...path: readonly string[]): RegExp {
  const definition: unknown = parse(readFileSync('deploy/crds/externalstores.yaml', 'utf8'));
  let node = definition as Record<string, never>;
  const top = ['spec', 'versions', '0', 'schema', 'openAPIV3Schema', 'properties', 'spec'];
  for (const name of [...top, ...path.flatMap((one) => ['properties', one])]) {
    node = node[name] ?? {};
  }
  return new RegExp(String(node['pattern']));
}

const withUrl = (url: string) => ({ openbao: { ...openbao, url } });
const withMounts = (mount: string) => ({
  openbao: { ...openbao, mount, auth: { jwt: { ...auth.jwt, mount } } },
});

describe('a store', () => {
  it('has the defaults of the definition, and allows nothing by itself', () => {
    const { spec } = parseStore({ ...aStore().object, spec: { openbao } }, '');
    expect(spec).toEqual({
      openbao: { ...openbao, mount: 'secret', auth: { jwt: { ...auth.jwt, mount: 'jwt' } } },
      ...{ allow: [], poll: '1m' },
    });
  });

  it('has the key of the CA by default, and the Secret only if it is named', () => {
    const caSecret = { namespace: 'platform', name: 'bao-ca' };
    const store = aStore({ openbao: { ...openbao, caSecret } });
    expect(store.spec?.openbao?.caSecret).toEqual({ ...caSecret, key: 'ca.crt' });
  });

  it('without a server, or with a member that nobody knows, has a problem and no effect', () => {
    for (const spec of [{ openbao: undefined }, { vault: {} }, withUrl(''), { poll: 60 }]) {
      expect(aStore(spec).spec).toBeUndefined();
      expect(problemOf(spec)).not.toBe('');
    }
  });

  it('loses what a write ignores', () => {
    const { spec } = aStore();
    if (spec === undefined) throw new Error('the spec is valid');
    expect(storeSpecOf({ ...spec, name: 'bao', problem: null })).toEqual(spec);
  });
});

describe('the URL of a store', () => {
  it.each([
    'https://bao.example',
    'https://bao.example:8200/',
    'https://bao.example/proxied/bao',
    'https://[2001:db8::1]:8200',
    'https://10.1.2.3',
  ])('may be %s', (url) => {
    expect(problemOf(withUrl(url))).toBe('');
    expect(patternAt('openbao', 'url').test(url)).toBe(true);
  });

  it.each([
    'http://bao.example',
    'ftp://bao.example',
    'bao.example:8200',
    '//bao.example',
    'https://',
    'https://user@bao.example',
    'https://user:secret@bao.example',
    'https://:secret@bao.example',
    'https://bao.example?namespace=x',
    'https://bao.example/?',
    'https://bao.example/#',
    'https://bao.example/a#b',
    'https://bao.example/a%2Fb',
    'https://bao.example/a%2fb',
    'https://bao.example/%00',
    'https://bao.example\\@evil.example',
    'https://bao.example\\evil',
    'https://bao.example/a b',
    'https://bao.example/a\u0000',
    'https://bao.example/\n',
    ' https://bao.example',
    'https://bao.exämple',
    'https://bao.example:99999',
    `https://bao.example/${'a'.repeat(2_048)}`,
  ])('is not %j', (url) => {
    expect(problemOf(withUrl(url))).toContain('/openbao/url');
  });

  it.each(['https://@bao.example', 'https:bao.example', 'https://bao.example/%2e%2e/x'])(
    'has one reading: the shipped definition refuses %s as well',
    (url) => {
      expect(patternAt('openbao', 'url').test(url)).toBe(false);
      expect(problemOf(withUrl(url))).toContain('/openbao/url');
    },
  );
});

describe('the mount of a secrets engine or of an auth method', () => {
  it.each(['secret', 'team/kv', 'kv-2.x/a_b', '-x'])('may be %s', (mount) => {
    expect(problemOf(withMounts(mount))).toBe('');
  });

  it.each([
    '',
    '..',
    '.',
    'a/..',
    '../sys',
    'a/../../sys',
    'a/./b',
    '/secret',
    'secret/',
    'a//b',
    'a%2Fb',
    'a?b',
    'a#b',
    'a\\b',
    'a b',
    'a\n',
    'é',
    'a'.repeat(254),
  ])('leads nowhere else: %j is refused', (mount) => {
    const problem = problemOf(withMounts(mount));
    expect(problem).toContain('/openbao/mount');
    expect(problem).toContain('/openbao/auth/jwt/mount');
    if (mount.length < 254) expect(patternAt('openbao', 'mount').test(mount)).toBe(false);
  });
});

describe('a role or an audience', () => {
  it.each(['', 'a b', 'a\n', 'ä', 'a\u0000', 'a'.repeat(254)])('is not %j', (text) => {
    const given = { jwt: { role: text, audience: text } };
    const problem = problemOf({ openbao: { ...openbao, auth: given } });
    expect(problem).toContain('/openbao/auth/jwt/role');
    expect(problem).toContain('/openbao/auth/jwt/audience');
  });
});

describe('an allowance', () => {
  const [allowance] = allow;

  it.each([
    ['no namespace', { namespaces: [] }],
    ['a namespace twice', { namespaces: ['pay', 'pay'] }],
    ['a pattern of namespaces', { namespaces: ['*'] }],
    ['a namespace that is a path', { namespaces: ['../shop'] }],
    ['no direction', { directions: [] }],
    ['a direction twice', { directions: ['push', 'push'] }],
    ['an unknown direction', { directions: ['both'] }],
    ['an empty prefix', { prefix: '' }],
    ['a prefix that does not end in /', { prefix: 'k8s/{namespace}' }],
    ['a prefix that mixes namespaces', { prefix: 'k8s/x{namespace}/' }],
    ['a prefix with a second reading', { prefix: 'k8s%2F/' }],
    ['another member', { secretNames: ['db'] }],
  ])('with %s makes the store useless', (_what, wrong) => {
    const { spec, problem } = aStore({ allow: [{ ...allowance, ...wrong }] });
    expect(spec).toBeUndefined();
    expect(problem).toContain('/allow/0');
  });

  it('is one of at most 64', () => {
    const of = (length: number) => ({ allow: Array.from({ length }, () => allowance) });
    expect(problemOf(of(64))).toBe('');
    expect(problemOf(of(65))).toContain('/allow');
  });
});

describe('the time between two questions', () => {
  it.each([
    ['10s', 10_000],
    ['1m', 60_000],
    ['1h30m', 5_400_000],
    ['86400s', 86_400_000],
    ['1d', 86_400_000],
  ])('may be %s', (poll, ms) => {
    const { spec } = aStore({ poll });
    expect(spec && pollMsOf(spec)).toBe(ms);
  });

  it.each(['9s', '0s', '1d1s', '25h', '86401s', '999999999d', '10', '10S', ' 10s', '-10s', '1e3s'])(
    'is not %j',
    (poll) => {
      expect(problemOf({ poll })).toContain('/poll: must be a duration between 10s and 1d');
    },
  );
});
