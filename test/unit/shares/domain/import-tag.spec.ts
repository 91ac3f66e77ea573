import { expect, it } from 'vitest';
import { deliveredTag, importTag } from '../../../../src/shares/domain/import-tag.js';
import { aShare, anImport } from './sharing.builder.js';

const secret = { uid: 'uid-of-secret', resourceVersion: '7' };
const sides = { imported: anImport(), share: aShare() };
const tag = deliveredTag(secret, sides);

it('changes with the Secret, the share and the import', () => {
  const others = [
    deliveredTag({ ...secret, resourceVersion: '8' }, sides),
    deliveredTag(secret, { ...sides, share: aShare({}, { generation: 2 }) }),
    deliveredTag(secret, { ...sides, imported: anImport({}, { generation: 2 }) }),
  ];
  expect(new Set([tag, ...others]).size).toBe(4);
});

it('stays with what is no spec and no value', () => {
  const share = aShare({}, { resourceVersion: '2' });
  expect(deliveredTag(secret, { ...sides, share })).toBe(tag);
});

it('is that of the import alone where nothing is granted', () => {
  expect(importTag(anImport())).toBe('"uid-of-pay-db.1"');
});
