import { describe, expect, it } from 'vitest';
import {
  type KeyNeeds,
  type KnownKey,
  planKey,
  unknownKeys,
} from '../../../../src/encryption/domain/plan-keys.js';

const key = (change: Partial<KnownKey> = {}): KnownKey => ({
  ...{ id: 'main', provider: 'file', state: 'decrypt-only', ...change },
});
const needs = (change: Partial<KeyNeeds> = {}): KeyNeeds => ({
  ...{ sources: new Set<string>(), versions: new Map<string, number>(), macWrapper: undefined },
  ...change,
});
const named = new Set(['main', 'embedded']);
const used = new Map([['main', 3]]);

describe('a key that the database knows', () => {
  it.each([
    ['is loaded where it is named', key(), needs({ sources: named }), 'load'],
    ['is loaded by its source', key({ id: 'embedded.4' }), needs({ sources: named }), 'load'],
    [
      'lives again where it is named again',
      key({ state: 'retired' }),
      needs({ sources: named }),
      'revive',
    ],
    ['is retired where nobody names it', key(), needs(), 'retire'],
    ['stays retired', key({ state: 'retired' }), needs(), 'leave'],
    ['stays active until another is', key({ state: 'active' }), needs(), 'leave'],
    [
      'of a plugin does not live again',
      key({ id: 'main.1', provider: 'kms', state: 'retired' }),
      needs({ sources: named }),
      'leave',
    ],
    ['is missed by versions', key(), needs({ versions: used }), 'refuse'],
    ['is missed by the secret of MACs', key(), needs({ macWrapper: 'main' }), 'refuse'],
    [
      'is missed though it was retired',
      key({ state: 'retired' }),
      needs({ versions: used }),
      'refuse',
    ],
  ] as const)('%s', (_what, known, at, kind) => {
    expect(planKey(known, at).kind).toBe(kind);
  });

  it('is named, with how many versions are under it, where it is missed', () => {
    const plan = planKey(key(), needs({ versions: used }));
    expect(plan.kind === 'refuse' && plan.reason).toMatch(
      /^the encryption key main is missing from encryption.keys, but 3 versions are under it: /,
    );
    const retired = planKey(key({ state: 'retired' }), needs({ versions: used }));
    expect(retired.kind === 'refuse' && retired.reason).toContain('main is retired, but');
  });

  it('may be missing from the data folder only if nothing needs it', () => {
    expect(planKey(key(), needs({ sources: named, versions: used }))).toMatchObject({
      isNeeded: true,
    });
    expect(planKey(key(), needs({ sources: named }))).toMatchObject({ isNeeded: false });
  });
});

it('finds the keys of versions that the database does not know', () => {
  const versions = new Map([...used, ['lost', 2], ['gone', 0]]);
  expect(unknownKeys([key()], versions)).toEqual(['lost']);
});
