import { expect, test } from 'vitest';
import { valuesTag } from '../../../../../src/secrets/domain/values/values-tag.js';

const db = { uid: 'b7a9', resourceVersion: '41' };
const mail = { uid: 'c001', resourceVersion: '42' };

test('the tag of values is one quoted opaque text, the same for the same states', () => {
  expect(valuesTag([db, mail])).toMatch(/^"[\w-]{43}"$/);
  expect(valuesTag([{ ...db }, { ...mail }])).toBe(valuesTag([db, mail]));
});

test.each([
  ['another state', [db, { ...mail, resourceVersion: '43' }]],
  ['a Secret made anew', [{ ...db, uid: 'b7aa' }, mail]],
  ['another order', [mail, db]],
  ['one more', [db, mail, mail]],
  ['one less', [db]],
])('the tag of values is another one for %s', (_what, states) => {
  expect(valuesTag(states)).not.toBe(valuesTag([db, mail]));
});
