import type { Case, Expected } from '../../support/door.js';

/** A read of a member, in the few words in which the transports differ. */
interface MemberRead {
  readonly name: string;
  readonly as?: string;
  readonly secret?: string;
  readonly key: string;
  readonly pointer: string;
  readonly version?: string;
  readonly expect: Expected;
}

/** Values of the Secret `settings` that the cases read. */
export const settings = {
  'config.json': '{"db": {"password": "value-a", "port": 5432}, "hosts": [ "h1" ], "a/b": null}',
  'app.yaml': 'db:\n  password: value-b\n  tls: true\n',
  plain: 'value-plain',
};

const found = (data: string, place: string): Expected => ({
  data,
  event: {
    ...{ action: 'secrets.reveal', outcome: 'allowed', code: 200, secret: 'settings' },
    ...{ keys: [place.replace(/#.*/, '')], pointers: [place] },
  },
});
const refused = (code: string, status: number, place?: string): Expected => ({
  code,
  event: {
    ...{ action: 'secrets.reveal', outcome: status === 403 ? 'denied' : 'failed', code: status },
    ...(place !== undefined && { pointers: [place] }),
  },
});

/** Reads of members, each the same over REST and GraphQL. */
export function memberCases(namespace: string): readonly Case[] {
  const json = 'config.json';
  const reads: readonly MemberRead[] = [
    {
      ...{ name: 'a string', key: json, pointer: '/db/password' },
      expect: found('value-a', 'config.json#/db/password'),
    },
    {
      ...{ name: 'a number', key: json, pointer: '/db/port' },
      expect: found('5432', 'config.json#/db/port'),
    },
    {
      ...{ name: 'an array, as it is written', key: json, pointer: '/hosts' },
      expect: found('[ "h1" ]', 'config.json#/hosts'),
    },
    {
      ...{ name: 'a name with a slash', key: json, pointer: '/a~1b' },
      expect: found('null', 'config.json#/a~1b'),
    },
    {
      ...{ name: 'YAML', key: 'app.yaml', pointer: '/db/tls' },
      expect: found('true', 'app.yaml#/db/tls'),
    },
    {
      ...{ name: 'a member, for the right to its key', as: 'keyreader', key: json },
      ...{ pointer: '/db/password', expect: found('value-a', 'config.json#/db/password') },
    },
    {
      ...{ name: 'a version', as: 'historian', key: json, pointer: '/db/port', version: '1' },
      expect: found('5432', 'config.json#/db/port'),
    },
    {
      ...{ name: 'a version that is none', key: json, pointer: '/db', version: 'No' },
      expect: refused('BadRequest', 400),
    },
    {
      ...{ name: 'no member', key: json, pointer: '/db/user' },
      expect: refused('NotFound', 404, 'config.json#/db/user'),
    },
    {
      ...{ name: 'no key', key: 'other.json', pointer: '/db' },
      expect: refused('NotFound', 404, 'other.json#/db'),
    },
    {
      ...{ name: 'no Secret', secret: 'absent', key: json, pointer: '/db' },
      expect: refused('NotFound', 404, 'config.json#/db'),
    },
    {
      ...{ name: 'no document', key: 'plain', pointer: '/db' },
      expect: refused('Invalid', 422, 'plain#/db'),
    },
    {
      ...{ name: 'no pointer', key: json, pointer: 'db' },
      expect: refused('BadRequest', 400),
    },
    {
      ...{ name: 'the whole document, which needs no pointer', key: json, pointer: '' },
      expect: refused('BadRequest', 400),
    },
    {
      ...{ name: 'a key that is none', key: 'a b', pointer: '/db' },
      expect: refused('BadRequest', 400),
    },
    {
      ...{ name: 'a member without the right', as: 'writer', key: json, pointer: '/db/password' },
      expect: refused('Forbidden', 403, 'config.json#/db/password'),
    },
    {
      ...{ name: 'no member without the right', as: 'writer', key: json, pointer: '/no' },
      expect: refused('Forbidden', 403, 'config.json#/no'),
    },
    {
      ...{ name: 'a member of another key', as: 'keyreader', key: 'app.yaml', pointer: '/db' },
      expect: refused('Forbidden', 403, 'app.yaml#/db'),
    },
  ];
  return reads.map((read) => caseOf(namespace, read));
}

function caseOf(namespace: string, read: MemberRead): Case {
  const { name, as = 'reader', secret = 'settings', key, pointer, version, expect } = read;
  const query = new URLSearchParams({ pointer, ...(version !== undefined && { version }) });
  const path = `/v1/namespaces/${namespace}/secrets/${secret}/keys/${encodeURIComponent(key)}`;
  return {
    name,
    as,
    rest: {
      method: 'GET',
      path: `${path}?${query}`,
      // The text as it was sent: supertest reads JSON.
      read: (body: unknown) => (typeof body === 'string' ? body : undefined),
    },
    graphql: {
      query: `query($key: String!, $pointer: String, $version: String) {
        secret(namespace: "${namespace}", name: "${secret}", version: $version) {
          value(key: $key, pointer: $pointer) } }`,
      variables: { key, pointer, version },
      field: 'secret',
      read: (field: { readonly value: string }) => field.value,
    },
    expect,
  };
}
