import { expect, it } from 'vitest';
import { parseSpec } from '../../../../src/rotation/domain/parse-spec.js';
import { usernameKeyOf } from '../../../../src/rotation/domain/rotation-spec.js';
import { passwordBody, postgresBody, turnsBody } from '../policy.builder.js';

it.each([
  ['of users in turns', turnsBody(), 'username'],
  ['of a server without one', postgresBody(), undefined],
  ['of no target', passwordBody, undefined],
])('the key of the user name is known %s', (_what, body, key) => {
  expect(usernameKeyOf(parseSpec('app-db', body).target)).toBe(key);
});
