import { expect, it } from 'vitest';
import {
  isObject,
  objectMember,
  textMember,
} from '../../../../../src/sync/notify/domain/json-members.js';

it.each([undefined, null, 'text', 7, [], [{}]])('takes %j for no object', (value) => {
  expect(isObject(value)).toBe(false);
  expect(textMember(value, 'length')).toBeUndefined();
});

it('returns own members of their kind alone', () => {
  const value: unknown = JSON.parse('{"text": "a", "object": {"b": 1}, "list": [], "none": null}');
  const names = ['text', 'object', 'list', 'none', 'absent', 'toString', '__proto__'];
  expect(names.map((name) => textMember(value, name))).toEqual([
    ...['a', undefined, undefined, undefined, undefined, undefined, undefined],
  ]);
  expect(names.map((name) => objectMember(value, name))).toEqual([
    ...[undefined, { b: 1 }, undefined, undefined, undefined, undefined, undefined],
  ]);
});
