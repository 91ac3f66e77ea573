import { expect, it } from 'vitest';
import { unsupportedOfShare } from '../../../../src/shares/domain/unsupported.js';
import { aShare } from './sharing.builder.js';

it('a share without a rotation at its end has nothing that this version lacks', () => {
  const { spec } = aShare({ delivery: ['live', 'copy'], reshare: true });
  expect(spec && unsupportedOfShare(spec)).toEqual([]);
});

it('a rotation at the end is named', () => {
  const { spec } = aShare({ onRevoke: 'rotate' });
  const errors = spec && unsupportedOfShare(spec);
  expect(errors?.map(({ pointer }) => pointer)).toEqual(['/onRevoke']);
});
