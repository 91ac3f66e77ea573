import { describe, expect, it } from 'vitest';
import { type Claim, withClaim } from '../../../../src/versions/domain/outside-claims.js';
import type { OutsideWrite } from '../../../../src/versions/domain/outside-write.js';

function write(username: string, fromMs: number, toMs = fromMs + 2_000): OutsideWrite {
  const auditId = `${username}-${fromMs}`;
  return {
    ref: { namespace: 'pay', name: 'db' },
    between: { fromMs, toMs },
    user: { username, auditId },
  };
}

function claimsOf(...writes: readonly OutsideWrite[]): readonly string[] {
  let claims: readonly Claim[] = [];
  for (const one of writes) ({ claims } = withClaim(claims, one));
  return claims.map(({ fromMs, toMs, write: of }) => {
    return `${fromMs} to ${toMs} ${of === 'none' ? 'nobody' : of.user.username}`;
  });
}

describe('what the cluster reports of one Secret', () => {
  it('is about one user where one report is by itself', () => {
    expect(claimsOf(write('alice', 0), write('bob', 2_001))).toEqual([
      '0 to 2000 alice',
      '2001 to 4001 bob',
    ]);
  });

  it.each([
    ['in the order of the writes', [write('alice', 0), write('bob', 300)]],
    ['in the other one', [write('bob', 300), write('alice', 0)]],
  ])('is about nobody where two touch, %s', (_, writes) => {
    expect(claimsOf(...writes)).toEqual(['0 to 2300 nobody']);
  });

  it('joins all that one report lies between', () => {
    const writes = [write('alice', 0), write('bob', 4_000), write('eve', 1_900, 4_100)];
    expect(claimsOf(...writes)).toEqual(['0 to 6000 nobody']);
    expect(claimsOf(...writes, write('alice', 5_000))).toEqual(['0 to 7000 nobody']);
  });

  it('is the same when it is told again, unless only its id is', () => {
    expect(claimsOf(write('alice', 0), write('alice', 0))).toEqual(['0 to 2000 alice']);
    const { user } = write('alice', 0);
    expect(claimsOf(write('alice', 0), { ...write('bob', 1), user })).toEqual(['0 to 2001 nobody']);
  });
});
