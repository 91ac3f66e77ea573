import { afterEach, describe, expect, it, vi } from 'vitest';
import { reviewedStates } from '../../../../src/admission/domain/reviewed-states.js';
import { admissionLimits } from '../../../../src/core/admission-limits.js';
import { SecretValue } from '../../../../src/core/secret-value.js';

const metadata = { namespace: 'pay', name: 'db' };
const secret = (data: unknown, more: object = {}) => {
  return { kind: 'Secret', metadata: { ...metadata, ...more }, data };
};
const object = secret({ password: 'cHc=' });

function statesOf(verb: 'create' | 'update', after: unknown, oldObject?: unknown) {
  const write = { verb, username: 'mallory', ...metadata, isDryRun: false };
  return reviewedStates({ write, states: { object: after, oldObject } });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the states of a review', () => {
  it('of a creation are the state after', async () => {
    const states = await statesOf('create', object, null);
    expect(states).toMatchObject({ before: undefined, after: metadata, isEnding: false });
  });

  it('of an update are both', async () => {
    const { before, after } = (await statesOf('update', object, secret({ password: null }))) ?? {};
    const texts = [before, after].map((state) => state?.data.get('password')?.revealText());
    expect(texts).toEqual(['', 'pw']);
  });

  it('tell a Secret that is being deleted', async () => {
    const ending = secret({}, { deletionTimestamp: '2026-12-01T00:00:00Z' });
    expect((await statesOf('update', ending, object))?.isEnding).toBe(true);
  });

  it.each([
    ['with values that are not base64', secret({ a: 'hunter2!' }), object],
    ['of an update of nothing', object, null],
    ['of another object', { ...object, kind: 'Pod' }, object],
  ])('cannot be checked: %s', async (_case, after, before) => {
    expect(await statesOf('update', after, before)).toBeUndefined();
  });

  it('cannot be checked with too many keys, of which none is then decoded', async () => {
    const count = admissionLimits.reviewKeysMax + 1;
    const keys = Array.from({ length: count }, (_, index) => [`k${index}`, '']);
    const large = secret(Object.fromEntries(keys));
    const decode = vi.spyOn(SecretValue, 'fromBase64');
    expect(await statesOf('update', large, object)).toBeUndefined();
    expect(await statesOf('update', object, large)).toBeUndefined();
    expect(decode).not.toHaveBeenCalled();
  });

  it('cannot be checked if the review has too many members', async () => {
    const write = { verb: 'create', username: '', ...metadata, isDryRun: false } as const;
    expect(await reviewedStates({ write, states: undefined })).toBeUndefined();
  });
});
