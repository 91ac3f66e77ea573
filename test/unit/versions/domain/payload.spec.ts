import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { IntegrityError } from '../../../../src/encryption/domain/integrity-error.js';
import {
  type SecretContent,
  contentOf,
  payloadOf,
} from '../../../../src/versions/domain/payload.js';

const bytes = (text: string) => SecretValue.fromBytes(Buffer.from(text));

function content(more: Partial<SecretContent> = {}): SecretContent {
  return {
    type: 'Opaque',
    immutable: false,
    labels: { team: 'pay' },
    annotations: { note: 'ä "quoted"' },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true },
      { apiVersion: 'v1', kind: 'Pod', name: 'q', uid: 'v' },
    ],
    data: new Map([['password', bytes('r00t123')]]),
    ...more,
  };
}

describe('a payload', () => {
  it.each([
    ['as it is', {}],
    ['without any key', { data: new Map() }],
    ['that is immutable and typed', { immutable: true, type: 'kubernetes.io/tls' }],
    ['with keys that objects have', { data: keys('__proto__', 'constructor', 'toString', '10') }],
    ['with labels that objects have', { labels: JSON.parse('{"__proto__":"x"}') as object }],
    ['with bytes that are no text', { data: new Map([['b', value([0, 255, 10, 13])]]) }],
    ['with an empty value', { data: new Map([['e', bytes('')]]) }],
  ])('brings back a content %s', (_, more) => {
    const given = content(more as Partial<SecretContent>);
    const back = contentOf(payloadOf(given));
    expect({ ...back, data: plain(back) }).toEqual({ ...given, data: plain(given) });
    expect(Object.keys(back.labels)).toEqual(Object.keys(given.labels));
  });

  it('is the same for equal contents, in whatever order they were written', () => {
    const [a, b] = [bytes('1'), bytes('2')];
    const one = content({
      data: new Map([
        ['a', a],
        ['b', b],
      ]),
      labels: { x: '1', y: '2' },
    });
    const other = content({
      data: new Map([
        ['b', b],
        ['a', a],
      ]),
      labels: { y: '2', x: '1' },
    });
    expect(payloadOf(one).equals(payloadOf(other))).toBe(true);
  });

  it.each([
    ['a type', { type: 'other' }],
    ['a label', { labels: {} }],
    ['an annotation', { annotations: { note: 'b' } }],
    ['an owner', { ownerReferences: [] }],
    ['a value', { data: new Map([['password', bytes('r00t124')]]) }],
    ['the name of a key', { data: new Map([['Password', bytes('r00t123')]]) }],
    ['that it is immutable', { immutable: true }],
  ])('differs by %s', (_, more) => {
    expect(payloadOf(content()).equals(payloadOf(content(more)))).toBe(false);
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"schema":2}',
    variant({ data: { a: '!' } }),
    variant({ data: { a: 1 } }),
    variant({ labels: { a: 1 } }),
    variant({ immutable: 'no' }),
    variant({ ownerReferences: {} }),
    variant({ ownerReferences: [{ kind: 1 }] }),
  ])('that is none is an integrity error: %s', (text) => {
    expect(() => contentOf(Buffer.from(text))).toThrow(IntegrityError);
  });
});

function variant(more: object): string {
  return JSON.stringify({ ...(JSON.parse(payloadOf(content()).toString()) as object), ...more });
}

function value(numbers: readonly number[]): SecretValue {
  return SecretValue.fromBytes(Buffer.from(numbers));
}

function keys(...names: readonly string[]) {
  return new Map(names.map((name) => [name, bytes(name)]));
}

function plain({ data }: SecretContent): unknown {
  const values = [...data].map(([key, one]) => `${key}=${one.revealBase64()}`);
  return values.toSorted((a, b) => (a < b ? -1 : 1));
}
