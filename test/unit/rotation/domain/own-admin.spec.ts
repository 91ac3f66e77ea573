import { describe, expect, it } from 'vitest';
import { isOwnAdmin, ownAdminProblems } from '../../../../src/rotation/domain/own-admin.js';
import type { AdminSecretSpec, Strategy } from '../../../../src/rotation/domain/rotation-spec.js';
import { aServer } from '../policy.builder.js';

function serverOf(admin: Partial<AdminSecretSpec>) {
  const { adminSecret } = aServer();
  return aServer({ adminSecret: { ...adminSecret, name: 'app-db', ...admin } });
}

function placesOf(
  admin: Partial<AdminSecretSpec>,
  { strategy = 'singleUser', written = ['password'] }: Facts = {},
): readonly string[] {
  const problems = ownAdminProblems('app-db', serverOf(admin), { strategy, written });
  return problems.map(({ pointer }) => pointer);
}

interface Facts {
  readonly strategy?: Strategy;
  readonly written?: readonly string[];
}

describe('an admin is the one that is rotated', () => {
  it.each<[Partial<AdminSecretSpec>, boolean]>([
    [{}, true],
    [{ name: 'db-admin' }, false],
    [{ passwordKey: 'postgres-password' }, false],
  ])('with %j: %s', (admin, isOwn) => {
    expect(isOwnAdmin('app-db', serverOf(admin))).toBe(isOwn);
  });
});

describe('an admin in the rotated Secret', () => {
  it.each<Strategy>(['singleUser', 'dual'])('may be rotated himself under %s', (strategy) => {
    expect(placesOf({}, { strategy })).toEqual([]);
    expect(placesOf({ username: 'app' }, { strategy })).toEqual([]);
  });

  it('is not rotated in turns, nor under the password of somebody else', () => {
    expect(placesOf({}, { strategy: 'alternatingUsers' })).toEqual(['/adminSecret/name']);
    expect(placesOf({ username: 'postgres' })).toEqual(['/adminSecret/username']);
  });

  it('keeps what he logs in with', () => {
    const admin = { passwordKey: 'admin-password', usernameKey: 'admin' };
    const written = ['password', 'admin-password', 'admin'];
    const places = ['/adminSecret/passwordKey', '/adminSecret/usernameKey'];
    expect(placesOf(admin)).toEqual([]);
    expect(placesOf(admin, { strategy: 'alternatingUsers' })).toEqual([]);
    expect(placesOf(admin, { written })).toEqual(places);
    expect(placesOf({ ...admin, username: 'postgres' }, { written })).toEqual(places.slice(0, 1));
  });
});

describe('an admin in a Secret of his own', () => {
  it('is free, whatever is generated', () => {
    for (const strategy of ['alternatingUsers', 'dual', 'singleUser'] as const) {
      expect(placesOf({ name: 'db-admin', username: 'x' }, { strategy })).toEqual([]);
    }
  });
});
