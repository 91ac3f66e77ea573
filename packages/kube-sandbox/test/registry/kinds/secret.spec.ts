import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  context,
  definitionOf,
  prepared,
  refusals,
  updateRefusals,
} from '../registry.builder.js';

/* What kube-apiserver 1.37.2 answered to the same bodies, but for one case that says so. */
const base64 = (text: string) => Buffer.from(text).toString('base64');
const bytes = (count: number) => Buffer.alloc(count).toString('base64');
const configKey =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

describe('stringData', () => {
  it('wins over data and is gone, with the keys in order', () => {
    const secret = prepared('secrets', {
      data: { b: base64('old'), z: '' },
      stringData: { b: 'é', a: '' },
    });
    expect(secret['stringData']).toBeUndefined();
    expect(Object.entries(secret['data'] ?? {})).toEqual([
      ['a', ''],
      ['b', base64('é')],
      ['z', ''],
    ]);
  });

  it('is folded on update, too', () => {
    const secret = bodyOf('secrets', { stringData: { a: 'b' } });
    const old = prepared('secrets');
    definitionOf('secrets').strategy.prepareForUpdate?.(secret, old, context);
    expect(secret).toMatchObject({ data: { a: base64('b') }, type: 'Opaque' });
  });
});

describe('data', () => {
  it.each([
    ['a b', [configKey]],
    ['', [configKey]],
    ['é', [configKey]],
    ['.', ["must not be '.'"]],
    ['..', ["must not be '..'"]],
    ['..a', ["must not start with '..'"]],
    ['a'.repeat(254), ['must be no more than 253 characters']],
  ])('has no key %j', (key, complaints) => {
    const expected = complaints.map((it) => `data[${key}]: Invalid value: "${key}": ${it}`);
    expect(refusals('secrets', { data: { [key]: '' } })).toEqual(expected);
    expect(refusals('secrets', { stringData: { [key]: '' } })).toEqual(expected);
  });

  it('has 1 MiB at most, decoded and over all keys', () => {
    expect(refusals('secrets', { data: { a: bytes(1048575), b: bytes(1) } })).toEqual([]);
    const expected = ['data: Too long: may not be more than 1048576 bytes'];
    expect(refusals('secrets', { data: { a: bytes(1048575), b: bytes(2) } })).toEqual(expected);
    expect(refusals('secrets', { stringData: { a: 'é'.repeat(524289) } })).toEqual(expected);
  });
});

describe('types', () => {
  it('default to Opaque, and unknown ones hold anything', () => {
    expect(prepared('secrets')['type']).toBe('Opaque');
    for (const type of ['Opaque', 'a b', 'helm.sh/release.v1', 'bootstrap.kubernetes.io/token']) {
      expect(refusals('secrets', { type, data: { x: '' } })).toEqual([]);
    }
  });

  it.each([
    ['kubernetes.io/dockercfg', ['data[.dockercfg]']],
    ['kubernetes.io/dockerconfigjson', ['data[.dockerconfigjson]']],
    ['kubernetes.io/basic-auth', ['data[username]', 'data[password]']],
    ['kubernetes.io/ssh-auth', ['data[ssh-privatekey]']],
    ['kubernetes.io/tls', ['data[tls.crt]', 'data[tls.key]']],
    [
      'kubernetes.io/service-account-token',
      ['metadata.annotations[kubernetes.io/service-account.name]'],
    ],
  ])('%s needs its parts', (type, fields) => {
    expect(refusals('secrets', { type })).toEqual(fields.map((it) => `${it}: Required value`));
  });

  it('basic-auth needs only one of its keys, and it may be empty', () => {
    for (const key of ['username', 'password']) {
      expect(
        refusals('secrets', { type: 'kubernetes.io/basic-auth', data: { [key]: '' } }),
      ).toEqual([]);
    }
  });

  it('ssh-auth needs a key that is not empty, tls takes empty ones', () => {
    const ssh = { type: 'kubernetes.io/ssh-auth', data: { 'ssh-privatekey': '' } };
    expect(refusals('secrets', ssh)).toEqual(['data[ssh-privatekey]: Required value']);
    const tls = { type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } };
    expect(refusals('secrets', tls)).toEqual([]);
  });

  it('a token loses its service account neither empty nor removed', () => {
    const type = 'kubernetes.io/service-account-token';
    const name = 'kubernetes.io/service-account.name';
    const named = { type, metadata: { annotations: { [name]: 'app' } } };
    expect(refusals('secrets', named)).toEqual([]);
    const expected = [`metadata.annotations[${name}]: Required value`];
    expect(updateRefusals('secrets', named, { type })).toEqual(expected);
    const emptied = { type, metadata: { annotations: { [name]: '' } } };
    expect(updateRefusals('secrets', named, emptied)).toEqual(expected);
  });
});

describe('docker configurations', () => {
  const into = 'into Go value of type map[string]interface {}';
  const refused = (text: string) =>
    refusals('secrets', {
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': text },
    });
  const expected = (why: string) => [
    `data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": ${why}`,
  ];

  it.each(['{}', 'null', '{"auths":{}}', ' {"a":[1]} '])('may be %j', (text) => {
    expect(refused(text)).toEqual([]);
  });

  it.each(['', '  ', '{', '[1', '"abc', '{"a"', '{"a":1', '{"a":1,', '{"a":"b'])(
    'may not be %j, which ends too soon',
    (text) => {
      expect(refused(text)).toEqual(expected('unexpected end of JSON input'));
    },
  );

  it.each([
    ['[]', 'array'],
    ['1', 'number'],
    ['"a"', 'string'],
    ['true', 'bool'],
  ])('may not be %s', (text, kind) => {
    expect(refused(text)).toEqual(expected(`json: cannot unmarshal ${kind} ${into}`));
  });

  it('are not quoted, not even by the one character that the API server shows', () => {
    for (const text of ['x', '{hunter2', '{"a":hunter2}', '{"a":1} hunter2']) {
      expect(refused(text)).toEqual(expected('invalid character'));
    }
  });

  it('of the older form follow the same rules', () => {
    const type = 'kubernetes.io/dockercfg';
    expect(refusals('secrets', { type, stringData: { '.dockercfg': '[]' } })).toEqual([
      `data[.dockercfg]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array ${into}`,
    ]);
  });
});

describe('an update', () => {
  const before = { type: 'example.com/a', data: { a: base64('a') } };
  const fixed = { ...before, immutable: true };
  const why = 'Forbidden: field is immutable when `immutable` is set';

  it('keeps the type', () => {
    const immutable = (type: string) => [`type: Invalid value: "${type}": field is immutable`];
    expect(updateRefusals('secrets', before, { ...before, type: 'b' })).toEqual(immutable('b'));
    // Without a type the default is asked for.
    expect(updateRefusals('secrets', before, { data: {} })).toEqual(immutable('Opaque'));
  });

  it('of an immutable Secret changes metadata alone', () => {
    expect(
      updateRefusals('secrets', fixed, { ...fixed, metadata: { labels: { a: 'b' } } }),
    ).toEqual([]);
    expect(updateRefusals('secrets', fixed, { ...fixed, stringData: { a: 'a' } })).toEqual([]);
    expect(updateRefusals('secrets', fixed, { ...fixed, data: { a: '' } })).toEqual([
      `data: ${why}`,
    ]);
    expect(updateRefusals('secrets', fixed, { ...fixed, immutable: false })).toEqual([
      `immutable: ${why}`,
    ]);
    expect(updateRefusals('secrets', fixed, { type: fixed.type })).toEqual([
      `immutable: ${why}`,
      `data: ${why}`,
    ]);
  });

  it('may make a Secret immutable and change it with the same request', () => {
    expect(updateRefusals('secrets', before, { ...fixed, data: { b: '' } })).toEqual([]);
  });
});

it('never shows a value', () => {
  const marker = 'hunter2';
  const data = { 'a b': base64(marker), '.dockerconfigjson': base64(`{${marker}`) };
  for (const type of ['kubernetes.io/dockerconfigjson', 'kubernetes.io/tls']) {
    const told = JSON.stringify([
      refusals('secrets', { type, data, metadata: { name: 'A' } }),
      updateRefusals('secrets', { data, immutable: true }, { type, data: { ...data, b: '' } }),
      definitionOf('secrets').strategy.warnings?.(prepared('secrets', { type, data })),
    ]);
    expect(told).not.toContain(marker);
    expect(told).not.toContain(base64(marker));
  }
});
