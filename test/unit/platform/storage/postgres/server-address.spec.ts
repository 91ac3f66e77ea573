import { expect, it } from 'vitest';
import {
  isServerUrl,
  serverName,
  serverPassword,
} from '../../../../../src/platform/storage/postgres/server-address.js';

it.each([
  [
    'postgres://u:hunter2@db.example:5433/sallyport?sslmode=verify-full',
    'postgres://db.example:5433/sallyport',
  ],
  ['postgresql://u@[::1]/d', 'postgres://[::1]/d'],
  ['postgres:///d?host=/run/postgresql&password=hunter2', 'postgres:///run/postgresql/d'],
  ['postgres:///d', 'postgres://localhost/d'],
])('names the server of %s without what it takes to get in', (url, name) => {
  expect(serverName(url)).toBe(name);
});

it('gives the password as it is, not as the URL spells it', () => {
  expect(serverPassword('postgres://u:p%40ss%2F@h/d')).toBe('p@ss/');
  expect(serverPassword('postgres:///d?user=u&password=p%2F')).toBe('p/');
  expect(serverPassword('postgres://u@h/d')).toBe('');
});

it.each(['', 'sqlite:', 'postgres:', 'postgres:d', 'mysql://h/d', 'postgres://[/d', 'h/d'])(
  'takes %j for no address',
  (text) => {
    expect(isServerUrl(text)).toBe(false);
  },
);
