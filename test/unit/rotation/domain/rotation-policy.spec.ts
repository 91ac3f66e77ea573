import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../../src/rotation/domain/parse-spec.js';
import { hashOf } from '../../../../src/custom-resources/domain/spec-hash.js';
import { bodyOf, parsePolicy } from '../../../../src/rotation/domain/rotation-policy.js';
import {
  aKnownPolicy,
  aPolicy,
  type Members,
  passwordBody,
  postgresBody,
  turnsBody,
} from '../policy.builder.js';

const hashOfBody = (body: Members): string => hashOf(parseSpec('app-db', body));

/** The same value with the members of each object in another order. */
function shuffled(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((one) => shuffled(one, seed));
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).map(([name, one]) => [name, shuffled(one, seed)] as const);
  const at = seed % Math.max(1, members.length);
  return Object.fromEntries([...members.slice(at), ...members.slice(0, at)].toReversed());
}

describe('a policy', () => {
  it('is understood under the name of its Secret', () => {
    const policy = aPolicy(postgresBody());
    expect(parsePolicy(policy, 'uid-of-pay')).toEqual({
      namespace: 'pay',
      namespaceUid: 'uid-of-pay',
      name: 'app-db',
      policy,
      spec: parseSpec('app-db', postgresBody()),
      specHash: hashOfBody(postgresBody()),
      problem: undefined,
    });
  });

  it('that breaks rules says which ones, and has no spec', () => {
    const known = aKnownPolicy(postgresBody({ passwordKey: 'pw' }, { schedule: {} }));
    expect(known.spec).toBeUndefined();
    expect(known.specHash).toBe('');
    expect(known.problem).toMatch(/^\/schedule: .*; \/target\/postgresql\/passwordKey: /);
  });

  it('that breaks many rules names the first five', () => {
    const generate = Array.from({ length: 32 }, (_, index) => ({ key: `k${index}` }));
    expect(aKnownPolicy({ generate }).problem?.split('; ')).toHaveLength(5);
  });

  it('for another Secret than its name says is refused, whoever let it in', () => {
    const known = aKnownPolicy({ ...passwordBody, secretName: 'db-admin' });
    expect(known.spec).toBeUndefined();
    expect(known.problem).toMatch(/^\/secretName: /);
  });

  it.each([{}, { generate: null }, { generate: 'x' }, { generate: [null] }, { generate: [[]] }])(
    'is never thrown over, not even %j',
    (spec) => {
      expect(parsePolicy(aPolicy({}, { spec }), 'uid').problem).toMatch(/^\/generate/);
    },
  );

  it('is shown without the name of its Secret, and so can be written again', () => {
    const body = bodyOf(aPolicy(turnsBody()));
    expect(body).not.toHaveProperty('secretName');
    expect(parseSpec('app-db', body)).toEqual(parseSpec('app-db', turnsBody()));
  });
});

describe('the hash of a spec', () => {
  // An author answers for a hash: another algorithm or default makes all authors unknown.
  it.each([
    ['d3759a2e08fd7a8705e9fac4f73b3af1a2c00aba8004ec00eddfca5d7fda5b06', passwordBody],
    ['ba305c70ac6f3bf0173e575aec09ac6615708b3e2f10ff8034a62dd47eaaf165', turnsBody()],
  ])('stays what it was from release to release: %s', (hash, body) => {
    expect(hashOfBody(body)).toBe(hash);
  });

  it('is the same in whatever order members are written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 }), (seed) => {
        const body = turnsBody({}, { schedule: { cron: '0 3 * * 0', timeZone: 'UTC' } });
        expect(hashOfBody(shuffled(body, seed) as Members)).toBe(hashOfBody(body));
      }),
    );
  });

  it('is the same whether a default is written or left out', () => {
    const written = { ...passwordBody, suspend: false, retireAfter: '60m', target: { none: {} } };
    expect(hashOfBody(written)).toBe(hashOfBody(passwordBody));
  });

  it('is another one for every other spec', () => {
    const bodies = [
      passwordBody,
      { ...passwordBody, suspend: true },
      { ...passwordBody, takeOwnership: true },
      { ...passwordBody, adopt: '' },
      { ...passwordBody, adopt: 'x' },
      { ...passwordBody, retireAfter: '2h' },
      { ...passwordBody, schedule: { every: '1d' } },
      { ...passwordBody, schedule: { cron: '0 3 * * 0' } },
      postgresBody(),
      postgresBody({ username: 'other' }),
      postgresBody({ host: 'other' }),
      postgresBody({ allowPrivileged: true }),
      postgresBody({ adminSecret: { name: 'other' } }),
      turnsBody(),
      turnsBody({ usernames: ['app_b', 'app_a'] }),
    ];
    expect(new Set(bodies.map(hashOfBody)).size).toBe(bodies.length);
    expect(hashOf(parseSpec('other', passwordBody))).not.toBe(hashOfBody(passwordBody));
  });
});
