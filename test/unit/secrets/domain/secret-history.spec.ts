import { expect, it } from 'vitest';
import { NoHistory } from '../../../../src/secrets/domain/secret-history.js';
import type { StoredSecret } from '../../../../src/secrets/domain/secret.js';

it('history that is off knows no version and holds up nobody', async () => {
  const history = new NoHistory();
  // It is not looked at.
  const secret = {} as StoredSecret;
  const own = history.begin();
  expect(await own.wrote(secret)).toBeUndefined();
  expect(await own.deleted()).toBeUndefined();
  own.end();
  expect(await history.describe([secret, secret])).toEqual([undefined, undefined]);
});
