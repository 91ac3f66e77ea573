import { expect, it } from 'vitest';
import {
  cursorAfterNamespace,
  namespaceBefore,
} from '../../../../src/namespaces/domain/namespace-cursor.js';

it('a list of namespaces continues behind the namespace of its cursor', () => {
  expect(namespaceBefore(cursorAfterNamespace('pay'))).toBe('pay');
});

it('a list of namespaces without a cursor begins at the first', () => {
  expect(namespaceBefore(undefined)).toBe('');
});

it('a list of namespaces refuses what is no cursor', () => {
  expect(() => namespaceBefore('pay')).toThrow('continue is not a cursor of this API');
});
