import { expect, it } from 'vitest';
import {
  copiedAfter,
  copyAmong,
  noCopies,
  parseCopiedKeys,
} from '../../../../../src/shares/copies/domain/copied-keys.js';

const one = { keys: ['password'], reshare: true };
const other = { keys: ['password', 'user'], reshare: false };

it('keys may be shared on if the shares of all copies among them allow it', () => {
  const both = { imports: { one, other } };
  expect(copyAmong({ imports: { one } }, ['password'])).toBe('reshareable');
  expect(copyAmong(both, ['password'])).toBe('notReshareable');
  expect(copyAmong(both, ['own'])).toBe('none');
  expect(copyAmong(noCopies, ['password'])).toBe('none');
});

it('an import is recorded at a delivery and forgotten at the end of its copy', () => {
  const after = copiedAfter(noCopies, 'one', one);
  expect(after).toEqual({ imports: { one } });
  expect(copiedAfter(copiedAfter(after, 'other', other), 'one', undefined)).toEqual({
    imports: { other },
  });
});

it('facts that are others are not taken for keys', () => {
  expect(parseCopiedKeys(null)).toEqual(noCopies);
  expect(parseCopiedKeys({ imports: { one } })).toEqual({ imports: { one } });
  expect(() => parseCopiedKeys({ consumers: {} })).toThrow('imports');
});
