import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../packages/kube-sandbox/src/model/kube-object.js';
import { rotationCauses } from '../../../../../src/app/sandbox/admission/rotation-rules.js';
import { secretRotation } from '../../../../support/rotation-manifests.js';
import { ruleMessages } from './rule-messages.js';

const server = { host: 'db.example.com', adminSecret: { name: 'db-admin' } };
const signed = { ca: { secretName: 'ca' } };

function messagesOf(spec: Readonly<Record<string, unknown>>): readonly string[] {
  return rotationCauses(secretRotation('db', spec) as KubeObject, []).map(({ field, message }) => {
    return `${field}: ${message.replace('Invalid value: ', '')}`;
  });
}

/** A spec for each rule, and where it is broken. */
const broken: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['<nil>', { secretName: 'other' }],
  ['spec', { strategy: 'alternatingUsers' }],
  ['spec', { generate: ['a', 'b', 'c', 'd', 'e'].map((key) => ({ key, certificate: signed })) }],
  ['spec.generate[0]', { generate: [{ key: 'a', uuid: {}, bytes: {} }] }],
  [
    'spec.generate[0].keyPair.algorithm',
    { generate: [{ key: 'a', keyPair: { algorithm: { name: 'RSA', curve: 'P-256' } } }] },
  ],
  [
    'spec.generate[0].certificate.algorithm',
    { generate: [{ key: 'a', certificate: { algorithm: { name: 'ECDSA', bits: 2048 } } }] },
  ],
  ['spec.target', { target: { none: {}, redis: { ...server, username: 'a' } } }],
  ['spec.target.mysql', { target: { mysql: server } }],
  ['spec.target.redis.usernames', { target: { redis: { ...server, usernames: ['a', 'a'] } } }],
  ['spec.schedule', { schedule: {} }],
  ['spec.schedule', { schedule: { every: '1h', timeZone: 'UTC' } }],
  ['spec.consumers', { consumers: { restart: 'none', workloads: [] } }],
];

describe('the rules of a rotation', () => {
  it.each(broken)('are broken at %s by one thing at a time', (field, spec) => {
    const messages = messagesOf(spec);
    expect(messages).toEqual([expect.stringMatching(/^[^:]+: .+/)]);
    expect(messages[0]?.startsWith(`${field}: `)).toBe(true);
  });

  it('are those of the shipped definition, word for word', () => {
    const definition = 'deploy/crds/secretrotations.yaml';
    const told = broken.flatMap(([, spec]) => messagesOf(spec));
    const words = told.map((text) => text.slice(text.indexOf(': ') + 2));
    expect([...new Set(words)].toSorted()).toEqual([...ruleMessages(definition)].toSorted());
  });

  it('hold for what is right', () => {
    expect(messagesOf({})).toEqual([]);
    const usernames = ['a', 'b'];
    const target = { mongodb: { ...server, usernames } };
    expect(messagesOf({ target, strategy: 'alternatingUsers' })).toEqual([]);
  });

  it('are not looked at where the schema is broken already', () => {
    const cause = { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.target' };
    const rotation = secretRotation('db', { secretName: 'other' }) as KubeObject;
    expect(rotationCauses(rotation, [cause])).toEqual([
      expect.objectContaining({ message: expect.stringContaining('were not checked') }),
    ]);
    const invalid = { ...cause, reason: 'FieldValueInvalid' };
    expect(rotationCauses(rotation, [invalid])).toHaveLength(1);
  });
});
