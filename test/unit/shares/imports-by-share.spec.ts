import { expect, it } from 'vitest';
import { ImportRegistry } from '../../../src/shares/domain/secret-imports.js';
import { ImportsByShare } from '../../../src/shares/imports-by-share.js';
import { anImport, NAMESPACE_UID } from './domain/sharing.builder.js';

const share = { namespace: 'pay', name: 'db-for-shop' };

it('imports are found by their share, and by no other of its name', () => {
  const imports = new ImportRegistry();
  const byShare = new ImportsByShare(imports);
  const other = { from: { namespace: 'other', share: 'db-for-shop' } };
  for (const { object } of [
    anImport(),
    anImport({}, { namespace: 'web', uid: 'w' }),
    anImport(other, { name: 'other', uid: 'o' }),
    anImport({ from: {} }, { name: 'invalid', uid: 'i' }),
  ]) {
    imports.put(object, NAMESPACE_UID);
  }
  expect([...byShare.of(share)]).toEqual([
    { namespace: 'shop', name: 'pay-db' },
    { namespace: 'web', name: 'pay-db' },
  ]);
  expect([...byShare.of({ ...share, name: 'absent' })]).toEqual([]);
});
