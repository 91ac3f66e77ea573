import { describe, expect, it } from 'vitest';
import { refusals, updateRefusals } from './registry.builder.js';

/* What kube-apiserver 1.37.2 answered to the same bodies. */
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const qualified =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const long = 'a'.repeat(254);
const label64 = 'a'.repeat(64);
const invalid = (value: string, detail: string) => `Invalid value: "${value}": ${detail}`;

describe('the name of a Secret', () => {
  it.each([
    ['an upper-case letter', 'A', 'A'],
    ['a slash', 'a/b', 'a/b'],
    ['two dots', '..', '..'],
    ['a percent sign', 'a%b', 'a%b'],
    ['what Go escapes', 'a"b\\\n\té😀\u00a0\u0001\u200b', 'a\\"b\\\\\\n\\té😀\\u00a0\\x01\\u200b'],
  ])('may not be %s', (_, name, quoted) => {
    const expected = `metadata.name: ${invalid(quoted, subdomain)}`;
    expect(refusals('secrets', { metadata: { name } })).toEqual([expected]);
  });

  it('is needed, and has 253 bytes at most', () => {
    expect(refusals('secrets', { metadata: { name: '' } })).toEqual([
      'metadata.name: Required value: name or generateName is required',
    ]);
    expect(refusals('secrets', { metadata: { name: long } })).toEqual([
      `metadata.name: ${invalid(long, 'must be no more than 253 characters')}`,
    ]);
    expect(refusals('secrets', { metadata: { name: long.slice(1) } })).toEqual([]);
  });

  it('is generated from a prefix that may end with a dash', () => {
    for (const generateName of ['ok-', 'ok_-', 'A-']) {
      expect(refusals('secrets', { metadata: { generateName } })).toEqual([]);
    }
    for (const generateName of ['A_', '-']) {
      expect(refusals('secrets', { metadata: { generateName } })).toEqual([
        `metadata.generateName: ${invalid(generateName, subdomain)}`,
      ]);
    }
  });
});

describe('names of other kinds', () => {
  it('a Namespace has a DNS label, which is its label too', () => {
    const refused = (name: string) => refusals('namespaces', { metadata: { name } });
    expect(refused('a.b')).toEqual([`metadata.name: ${invalid('a.b', 'must not contain dots')}`]);
    expect(refused('A')).toEqual([`metadata.name: ${invalid('A', label)}`]);
    expect(refused(label64)).toEqual([
      `metadata.name: ${invalid(label64, 'must be no more than 63 characters')}`,
      `metadata.labels: ${invalid(label64, 'must be no more than 63 bytes')}`,
    ]);
  });

  it('an RBAC object has whatever fits in a path', () => {
    const refused = (metadata: { name?: string; generateName?: string }) =>
      refusals('roles', { metadata });
    expect(refused({ name: 'A:b c' })).toEqual([]);
    expect(refused({ name: '..' })).toEqual([`metadata.name: ${invalid('..', "may not be '..'")}`]);
    expect(refused({ name: 'a/b%' })).toEqual([
      `metadata.name: ${invalid('a/b%', "may not contain '/'")}`,
      `metadata.name: ${invalid('a/b%', "may not contain '%'")}`,
    ]);
    expect(refused({ generateName: '..' })).toEqual([
      `metadata.generateName: ${invalid('..', "may not be '..'")}`,
    ]);
  });

  it('an object of the cluster has no namespace, and any other needs one', () => {
    expect(refusals('clusterroles', { metadata: { namespace: 'pay' } })).toEqual([
      'metadata.namespace: Forbidden: not allowed on this type',
    ]);
    expect(refusals('secrets', { metadata: { namespace: '' } })).toEqual([
      'metadata.namespace: Required value',
    ]);
  });
});

const emptyName = ['name part must be non-empty', `name part ${qualified}`];
const badKeys: readonly (readonly [string, readonly string[]])[] = [
  ['a b', [`name part ${qualified}`]],
  ['-', [`name part ${qualified}`]],
  ['', emptyName],
  ['a/', emptyName],
  ['/c', ['prefix part must be non-empty']],
  ['a_/x', [`prefix part ${subdomain}`]],
  [label64, ['name part must be no more than 63 bytes']],
  [`${long}/x`, ['prefix part must be no more than 253 bytes']],
  [
    'a/b/c',
    [
      `a valid label key ${qualified} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ],
  ],
];

describe('keys', () => {
  it.each(badKeys)('of labels, annotations and finalizers may not be %j', (key, complaints) => {
    const expected = (field: string) => complaints.map((it) => `${field}: ${invalid(key, it)}`);
    expect(refusals('secrets', { metadata: { labels: { [key]: '' } } })).toEqual(
      expected('metadata.labels'),
    );
    expect(refusals('secrets', { metadata: { annotations: { [key]: '' } } })).toEqual(
      expected('metadata.annotations'),
    );
    expect(refusals('leases', { metadata: { finalizers: [key] } })).toEqual(
      expected('metadata.finalizers'),
    );
  });

  it('of labels have a lower-case prefix, those of annotations any', () => {
    expect(refusals('secrets', { metadata: { annotations: { 'A/b': '' } } })).toEqual([]);
    expect(refusals('secrets', { metadata: { labels: { 'A/b': '' } } })).toEqual([
      `metadata.labels: ${invalid('A/b', `prefix part ${subdomain}`)}`,
    ]);
  });
});

describe('values', () => {
  it.each([
    ['x y', [labelValue]],
    ['-', [labelValue]],
    ['a_', [labelValue]],
    [label64, ['must be no more than 63 bytes']],
    ['é'.repeat(40), ['must be no more than 63 bytes', labelValue]],
  ])('of labels may not be %j', (value, complaints) => {
    expect(refusals('secrets', { metadata: { labels: { a: value } } })).toEqual(
      complaints.map((it) => `metadata.labels: ${invalid(value, it)}`),
    );
  });

  it('of annotations have 256 KiB in all, keys included', () => {
    const refused = (bytes: number) =>
      refusals('secrets', { metadata: { annotations: { a: 'x'.repeat(bytes) } } });
    expect(refused(256 * 1024 - 1)).toEqual([]);
    expect(refused(256 * 1024)).toEqual([
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ]);
  });
});

describe('finalizers', () => {
  const unknown = 'name is neither a standard finalizer name nor is it fully qualified';

  it('without a domain are known ones, but in some groups', () => {
    const metadata = { finalizers: ['example.com/a', 'foo', 'kubernetes'] };
    const expected = [`metadata.finalizers[1]: ${invalid('foo', unknown)}`];
    for (const resource of ['secrets', 'deployments', 'roles']) {
      expect(refusals(resource, { metadata })).toEqual(expected);
    }
    expect(refusals('leases', { metadata })).toEqual([]);
  });

  it('cannot ask for both ways of deletion', () => {
    const finalizers = ['orphan', 'foregroundDeletion'];
    expect(refusals('secrets', { metadata: { finalizers } })).toEqual([
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
    ]);
  });

  it('only become fewer while the object is being deleted', () => {
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    const before = { metadata: { deletionTimestamp, finalizers: ['a.b/c', 'a.b/d'] } };
    const after = (finalizers: string[]) =>
      updateRefusals('secrets', before, { metadata: { deletionTimestamp, finalizers } });
    expect(after(['a.b/c'])).toEqual([]);
    expect(after(['a.b/e', 'a.b/c', 'a.b/d', 'a.b/aa'])).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.b/aa", "a.b/e"}',
    ]);
  });
});

describe('owners', () => {
  const refused = (...ownerReferences: object[]) =>
    refusals('secrets', { metadata: { ownerReferences: ownerReferences as never } });
  const field = 'metadata.ownerReferences';

  it('are named in full', () => {
    expect(refused({})).toEqual(
      ['apiVersion', 'kind', 'name', 'uid'].map(
        (name) => `${field}[0].${name}: Required value: must not be empty`,
      ),
    );
    for (const apiVersion of ['a/b/c', 'a/']) {
      expect(refused({ apiVersion, kind: 'X', name: 'n', uid: 'u' })).toEqual([
        `${field}[0].apiVersion: ${invalid(apiVersion, 'must be <group>/<version> or <version>')}`,
      ]);
    }
  });

  it('are no Events', () => {
    expect(refused({ uid: 'u', apiVersion: 'v1', kind: 'Event', name: 'n<>&' })).toEqual([
      `${field}[0]: Invalid value: {"apiVersion":"v1","kind":"Event","name":"n\\u003c\\u003e\\u0026","uid":"u"}: /v1, Kind=Event is disallowed from being an owner`,
    ]);
  });

  it('have one controller at most', () => {
    const owner = (kind: string) => ({ apiVersion: 'v1', kind, name: 'n', uid: 'u' });
    const controllers = ['X', 'Y'].map((kind) => ({ ...owner(kind), controller: true }));
    expect(refused(...controllers, owner('Z'))).toEqual([
      `${field}: Invalid value: ${JSON.stringify([...controllers, owner('Z')])}: Only one reference can have Controller set to true. Found "true" in references for X/n and Y/n`,
    ]);
  });
});

describe('an update', () => {
  it('leaves as they are what the system sets', () => {
    const changed = {
      uid: 'u',
      deletionTimestamp: '2020-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 3,
    };
    expect(updateRefusals('secrets', {}, { metadata: { name: 'y', ...changed } })).toEqual([
      `metadata.name: ${invalid('y', 'field is immutable')}`,
      `metadata.uid: ${invalid('u', 'field is immutable')}`,
      `metadata.deletionTimestamp: ${invalid('2020-01-01T00:00:00Z', 'field is immutable')}`,
      'metadata.deletionGracePeriodSeconds: Invalid value: 3: field is immutable',
    ]);
  });

  it('does not take the generation back', () => {
    expect(
      updateRefusals('secrets', { metadata: { generation: 2 } }, { metadata: { generation: 1 } }),
    ).toEqual(['metadata.generation: Invalid value: 1: must not be decremented']);
    expect(refusals('secrets', { metadata: { generation: -1 } })).toEqual([
      'metadata.generation: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });
});
