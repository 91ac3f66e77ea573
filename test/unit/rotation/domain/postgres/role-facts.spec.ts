import { describe, expect, it } from 'vitest';
import {
  isPrivilegedRole,
  type ReachedRole,
} from '../../../../../src/rotation/domain/postgres/role-facts.js';

const app = { name: 'app', isPowerful: false, isUsable: true };
const also = (name: string, isPowerful = false): readonly ReachedRole[] => [
  app,
  { name, isPowerful, isUsable: false },
];

describe('a role', () => {
  it('is privileged where it, or one that it can become, is powerful', () => {
    const reach = [{ ...app, isPowerful: true }];
    expect(isPrivilegedRole({ reach }, ['admin'])).toBe(true);
    expect(isPrivilegedRole({ reach: also('owners', true) }, ['admin'])).toBe(true);
  });

  it('is privileged where it is the admin, or can become it', () => {
    expect(isPrivilegedRole({ reach: [app] }, ['app', 'other'])).toBe(true);
    expect(isPrivilegedRole({ reach: also('admin') }, ['login', 'admin'])).toBe(true);
  });

  it.each([
    ...['pg_write_server_files', 'pg_read_server_files', 'pg_execute_server_program'],
    ...['pg_read_all_data', 'pg_write_all_data', 'pg_signal_backend', 'pg_maintain', 'pg_new'],
    ...['pg_create_subscription', 'rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin'],
  ])('is privileged as a member of %s', (name) => {
    expect(isPrivilegedRole({ reach: also(name) }, ['admin'])).toBe(true);
  });

  it.each([
    'pg_monitor',
    'pg_read_all_stats',
    'pg_database_owner',
    'readers',
    'azure',
    'pgbouncer',
  ])('is none as a member of %s', (name) => {
    const expected = name === 'azure';
    expect(isPrivilegedRole({ reach: also(name) }, ['admin'])).toBe(expected);
  });
});
