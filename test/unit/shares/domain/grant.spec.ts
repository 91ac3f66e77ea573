import { describe, expect, it } from 'vitest';
import {
  type GrantFacts,
  grantOf,
  isSharedSecret,
  offeredSpec,
} from '../../../../src/shares/domain/grant.js';
import { noPins } from '../../../../src/shares/domain/share-pins.js';
import { aShare, anImport, NAMESPACE_UID } from './sharing.builder.js';

const nowMs = Date.UTC(2026, 10, 30);
const reader = { username: 'system:serviceaccount:shop:web', groups: ['devs'] };
const decide = (facts: Partial<GrantFacts> = {}) =>
  grantOf({
    imported: anImport(),
    share: aShare(),
    pins: noPins,
    delivery: 'live',
    reader,
    nowMs,
    ...facts,
  });
const keysOf = (facts: Partial<GrantFacts>) => {
  const grant = decide(facts);
  return typeof grant === 'string' ? grant : grant.keys;
};

describe('an import gets', () => {
  it('every key of the share, under its own name', () => {
    const share = aShare({ keys: ['user', 'password'] });
    expect(keysOf({ share })).toEqual([
      { key: 'user', as: 'user' },
      { key: 'password', as: 'password' },
    ]);
  });

  it('the keys that both sides name, under the names of the import', () => {
    const keys = [{ name: 'password', as: 'PGPASSWORD' }, { name: 'admin' }];
    expect(keysOf({ imported: anImport({ keys }) })).toEqual([
      { key: 'password', as: 'PGPASSWORD' },
    ]);
  });

  it.each([
    ['the namespace that is stated', { namespaceUID: NAMESPACE_UID }, noPins],
    [
      'the namespace of the first use',
      {},
      { consumers: { shop: { namespaceUID: NAMESPACE_UID, sinceMs: 0 } } },
    ],
  ])('values in %s', (_where, consumer, pins) => {
    const share = aShare({ to: [{ namespace: 'shop', ...consumer }] });
    expect(decide({ share, pins })).toMatchObject({ keys: [{ key: 'password' }] });
  });

  it.each([
    ['ServiceAccount', 'web'],
    ['User', 'system:serviceaccount:shop:web'],
    ['Group', 'devs'],
  ])('values for a named %s', (kind, name) => {
    const share = aShare({ to: [{ namespace: 'shop', subjects: [{ kind, name }] }] });
    expect(decide({ share })).toMatchObject({ keys: [{ key: 'password' }] });
  });
});

describe('an import gets nothing', () => {
  const another = { consumers: { shop: { namespaceUID: 'another', sinceMs: 0 } } };
  it.each<[why: string, reason: string, facts: Partial<GrantFacts>]>([
    ['if it is absent', 'ImportMissing', { imported: undefined }],
    ['while it is deleted', 'ImportMissing', { imported: anImport({}, { isBeingDeleted: true }) }],
    ['if it breaks a rule', 'ImportInvalid', { imported: anImport({ keys: [] }) }],
    ['if the share is absent', 'ShareMissing', { share: undefined }],
    ['if the share breaks a rule', 'ShareInvalid', { share: aShare({ keys: [] }) }],
    ['after the end for all', 'Revoked', { share: aShare({ revoked: true }) }],
    ['while the share is deleted', 'Revoked', { share: aShare({}, { isBeingDeleted: true }) }],
    [
      'after the end for its namespace',
      'Revoked',
      { share: aShare({ to: [{ namespace: 'shop', revoked: true }] }) },
    ],
    ['at the expiry', 'Expired', { share: aShare({ expiresAt: new Date(nowMs).toISOString() }) }],
    ['in another namespace', 'NotOffered', { share: aShare({ to: [{ namespace: 'other' }] }) }],
    ['in a recreated namespace', 'NamespaceReplaced', { pins: another }],
    [
      'in another namespace of that name',
      'NamespaceReplaced',
      { share: aShare({ to: [{ namespace: 'shop', namespaceUID: 'another' }] }) },
    ],
    ['if only copies are delivered', 'NotDelivered', { share: aShare({ delivery: ['copy'] }) }],
    [
      'for another ServiceAccount',
      'SubjectNotNamed',
      {
        share: aShare({
          to: [{ namespace: 'shop', subjects: [{ kind: 'ServiceAccount', name: 'job' }] }],
        }),
      },
    ],
    [
      'for a ServiceAccount of that name in another namespace',
      'SubjectNotNamed',
      {
        share: aShare({
          to: [{ namespace: 'shop', subjects: [{ kind: 'ServiceAccount', name: 'web' }] }],
        }),
        reader: { username: 'system:serviceaccount:other:web', groups: [] },
      },
    ],
    [
      'for a user with the name of a group',
      'SubjectNotNamed',
      {
        share: aShare({ to: [{ namespace: 'shop', subjects: [{ kind: 'User', name: 'devs' }] }] }),
      },
    ],
  ])('%s', (_why, reason, facts) => {
    expect(decide(facts)).toBe(reason);
  });
});

describe('a recreated Secret', () => {
  const pins = { secretUID: 'first' };

  it('is not the shared one, unless the share follows it', () => {
    expect(isSharedSecret({ onRecreate: 'stop' }, pins, 'second')).toBe(false);
    expect(isSharedSecret({ onRecreate: 'follow' }, pins, 'second')).toBe(true);
  });

  it('is told from the shared one, and from one that was never read', () => {
    expect(isSharedSecret({ onRecreate: 'stop' }, pins, 'first')).toBe(true);
    expect(isSharedSecret({ onRecreate: 'stop' }, {}, 'first')).toBe(true);
  });
});

describe('a share offers something without an import', () => {
  const place = { namespace: 'shop', namespaceUid: NAMESPACE_UID };
  const consumer = { ...place, pins: noPins, delivery: 'any', reader, nowMs } as const;
  const toAnother = { to: [{ namespace: 'shop', namespaceUID: 'another' }] };

  it('to the namespaces that it names', () => {
    const share = aShare();
    expect(offeredSpec(share, consumer)).toBe(share.spec);
    expect(offeredSpec(share, { ...consumer, namespace: 'web' })).toBe('NotOffered');
  });

  it('whichever way it delivers', () => {
    const share = aShare({ delivery: ['copy'] });
    expect(offeredSpec(share, consumer)).toBe(share.spec);
    expect(offeredSpec(share, { ...consumer, delivery: 'live' })).toBe('NotDelivered');
  });

  it.each([
    ['ShareInvalid', aShare({ keys: [] })],
    ['Revoked', aShare({ revoked: true })],
    ['Expired', aShare({ expiresAt: '2026-11-29T00:00:00Z' })],
    ['NamespaceReplaced', aShare(toAnother)],
  ])('unless it is %s', (reason, share) => {
    expect(offeredSpec(share, consumer)).toBe(reason);
  });
});
