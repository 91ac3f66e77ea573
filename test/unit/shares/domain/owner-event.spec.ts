import { expect, it } from 'vitest';
import { grantOf } from '../../../../src/shares/domain/grant.js';
import { ownerEvent } from '../../../../src/shares/domain/owner-event.js';
import { noPins } from '../../../../src/shares/domain/share-pins.js';
import { aShare, anImport } from './sharing.builder.js';

it('tells the owner which keys leave, under their names in the shared Secret', () => {
  const share = aShare({ keys: ['user', 'password'] });
  const imported = anImport({ keys: [{ name: 'password', as: 'PGPASSWORD' }, { name: 'user' }] });
  const facts = { share, imported, pins: noPins, delivery: 'live', reader: undefined } as const;
  const grant = grantOf({ ...facts, nowMs: Date.UTC(2026, 10, 30) });
  if (typeof grant === 'string') throw new Error(grant);
  expect(ownerEvent(grant, grant.keys.slice(0, 1))).toEqual({
    facts: { action: 'secrets.reveal', namespace: 'pay', secret: 'db', keys: ['password'] },
    decisionReason: 'SecretShare "db-for-shop", generation 1',
  });
  expect(ownerEvent(grant, grant.keys.slice(0, 1), '/a').facts).toMatchObject({
    ...{ keys: ['password'], pointers: ['password#/a'] },
  });
});
