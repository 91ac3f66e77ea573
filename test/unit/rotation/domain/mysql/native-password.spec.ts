import { expect, it } from 'vitest';
import { nativePasswordHash } from '../../../../../src/rotation/domain/mysql/native-password.js';

it('hashes as the server does', () => {
  // SELECT PASSWORD('password'), of MariaDB.
  expect(nativePasswordHash('password')).toBe('*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19');
  expect(nativePasswordHash(Buffer.from('password'))).toBe(nativePasswordHash('password'));
});
