import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../packages/kube-sandbox/src/model/kube-object.js';
import { shareCauses } from '../../../../../src/app/sandbox/admission/share-rules.js';
import { secretShare } from '../../../../support/share-manifests.js';
import { ruleMessages } from './rule-messages.js';

type Spec = Readonly<Record<string, unknown>>;

function messagesOf(spec: Spec, old?: Spec): readonly string[] {
  const before = old && (secretShare('db', old) as KubeObject);
  return shareCauses(secretShare('db', spec) as KubeObject, [], before).map(
    ({ field, message }) => `${field}: ${message.replace(/^Invalid value: ("[^"]*": )?/, '')}`,
  );
}

const shop = { namespace: 'shop' };
const revoked = { ...shop, revoked: true };

/** A change for each rule, and where it is broken. */
const broken: readonly (readonly [string, Spec, Spec])[] = [
  ['spec', { revoked: false }, { revoked: true }],
  ['spec', {}, { revoked: true }],
  ['spec.secretName', { secretName: 'other' }, {}],
  ['spec.to[0]', { to: [shop] }, { to: [revoked] }],
  ['spec.to[1]', { to: [{ namespace: 'a' }, { ...shop, revoked: false }] }, { to: [revoked] }],
];

describe('the rules of a share', () => {
  it.each(broken)('are broken at %s by one change at a time', (field, spec, old) => {
    expect(messagesOf(spec, old)).toEqual([expect.stringMatching(/^[^:]+: .+/)]);
    expect(messagesOf(spec, old)[0]?.startsWith(`${field}: `)).toBe(true);
  });

  it('are those of the shipped definition, word for word', () => {
    const told = broken.flatMap(([, spec, old]) => messagesOf(spec, old));
    const words = told.map((text) => text.slice(text.indexOf(': ') + 2));
    const shipped = ruleMessages('deploy/crds/secretshares.yaml');
    expect([...new Set(words)].toSorted()).toEqual([...shipped].toSorted());
  });

  it.each<[string, Spec, Spec | undefined]>([
    ['a new share', { revoked: true, to: [revoked] }, undefined],
    ['a revocation', { revoked: true }, {}],
    ['a revocation of a namespace', { to: [revoked] }, { to: [{ ...shop, revoked: false }] }],
    ['a revoked share that changes', { revoked: true, keys: ['b'] }, { revoked: true }],
    ['a revoked namespace that is removed', { to: [{ namespace: 'a' }] }, { to: [revoked] }],
    [
      'a revoked namespace elsewhere in the list',
      { to: [{ namespace: 'a' }, revoked] },
      { to: [revoked] },
    ],
  ])('hold for %s', (_what, spec, old) => {
    expect(messagesOf(spec, old)).toEqual([]);
  });

  it('are not checked if the schema is broken already', () => {
    const cause = { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.keys' };
    const share = secretShare('db', { secretName: 'other' }) as KubeObject;
    expect(shareCauses(share, [cause], secretShare('db') as KubeObject)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('were not checked') }),
    ]);
  });
});
