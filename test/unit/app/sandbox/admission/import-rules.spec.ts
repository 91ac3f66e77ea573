import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../packages/kube-sandbox/src/model/kube-object.js';
import { importCauses } from '../../../../../src/app/sandbox/admission/import-rules.js';
import { secretImport } from '../../../../support/share-manifests.js';
import { ruleMessages } from './rule-messages.js';

type Spec = Readonly<Record<string, unknown>>;

function messagesOf(spec: Spec, old?: Spec): readonly string[] {
  const before = old && (secretImport('db', old) as KubeObject);
  return importCauses(secretImport('db', spec) as KubeObject, [], before).map(
    ({ field, message }) => `${field}: ${message.replace('Invalid value: ', '')}`,
  );
}

const target = { secretName: 'pay-db', type: 'Opaque' };

/** A spec or a change for each rule, and where it is broken. */
const broken: readonly (readonly [string, Spec, Spec | undefined])[] = [
  ['spec', { target: { ...target, secretName: 'other' } }, { target }],
  ['spec', {}, { target }],
  ['spec.from', { from: { namespace: 'pay', share: 'other' } }, {}],
  ['spec.from', { from: { namespace: 'other', share: 'db' } }, {}],
  ['spec.keys', { keys: [{ name: 'a' }, { name: 'b', as: 'a' }] }, undefined],
  ['spec.keys', { keys: ['a', 'b'].map((name) => ({ name, as: 'c' })) }, {}],
];

describe('the rules of an import', () => {
  it.each(broken)('are broken at %s by one thing at a time', (field, spec, old) => {
    expect(messagesOf(spec, old)).toEqual([expect.stringMatching(/^[^:]+: .+/)]);
    expect(messagesOf(spec, old)[0]?.startsWith(`${field}: `)).toBe(true);
  });

  it('are those of the shipped definition, word for word', () => {
    const told = broken.flatMap(([, spec, old]) => messagesOf(spec, old));
    const words = told.map((text) => text.slice(text.indexOf(': ') + 2));
    const shipped = ruleMessages('deploy/crds/secretimports.yaml');
    expect([...new Set(words)].toSorted()).toEqual([...shipped].toSorted());
  });

  it.each<[string, Spec, Spec | undefined]>([
    ['a new import', { target }, undefined],
    ['keys that exchange their names', { keys: swapped('a', 'b') }, {}],
    ['a first target', { target }, {}],
    ['another type of the target', { target: { ...target, type: 'a' } }, { target }],
  ])('hold for %s', (_what, spec, old) => {
    expect(messagesOf(spec, old)).toEqual([]);
  });

  it('are not checked if the schema is broken already', () => {
    const cause = { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.from' };
    const imported = secretImport('db', { keys: swapped('a', 'a') }) as KubeObject;
    expect(importCauses(imported, [cause])).toEqual([
      expect.objectContaining({ message: expect.stringContaining('were not checked') }),
    ]);
  });
});

function swapped(one: string, other: string) {
  return [
    { name: one, as: other },
    { name: other, as: one },
  ];
}
