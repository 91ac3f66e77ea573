import { expect, it } from 'vitest';
import {
  unsupportedOfImport,
  unsupportedOfShare,
} from '../../../../src/shares/domain/unsupported.js';
import { aShare, anImport } from './sharing.builder.js';

const pointersOf = (errors: readonly { readonly pointer: string }[]) =>
  errors.map(({ pointer }) => pointer);

it('a live share has nothing that this version lacks', () => {
  const { spec } = aShare();
  expect(spec && unsupportedOfShare(spec)).toEqual([]);
  const { spec: imported } = anImport();
  expect(imported && unsupportedOfImport(imported)).toEqual([]);
});

it('copies, sharing on, and rotations at the end are named', () => {
  const { spec } = aShare({ delivery: ['live', 'copy'], reshare: true, onRevoke: 'rotate' });
  expect(spec && pointersOf(unsupportedOfShare(spec))).toEqual([
    '/delivery',
    '/reshare',
    '/onRevoke',
  ]);
  const { spec: imported } = anImport({ target: { secretName: 'db' }, repair: true });
  expect(imported && pointersOf(unsupportedOfImport(imported))).toEqual(['/target', '/repair']);
});
