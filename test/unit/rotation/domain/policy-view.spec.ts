import { specTag as policyTag } from '../../../../src/custom-resources/domain/custom-resource.js';
import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../../src/rotation/domain/parse-spec.js';
import {
  readOnlyMembers,
  toPolicyView,
  withoutReadOnly,
} from '../../../../src/rotation/domain/policy-view.js';
import { aKnownPolicy, type Members, passwordBody, postgresBody } from '../policy.builder.js';
import { aRun } from '../rotation-run.builder.js';

const noFacts = { nextRunMs: null, author: undefined, last: undefined };
const viewOf = (body: Members) => toPolicyView(aKnownPolicy(body), noFacts);

describe('a policy as it is shown', () => {
  it('is what its author wrote, and how it stands', () => {
    const body = postgresBody({}, { schedule: { every: '30d' }, suspend: true });
    const view = toPolicyView(aKnownPolicy(body), {
      nextRunMs: 1_000,
      author: 'alice',
      last: aRun({ state: 'succeeded' }),
    });
    expect(view).toMatchObject({
      spec: body,
      readOnly: {
        author: 'alice',
        nextRunAt: '1970-01-01T00:00:01.000Z',
        lastRun: { id: '0199-run', state: 'succeeded' },
        problem: null,
      },
      etag: '"uid-of-policy.1"',
      target: 'postgresql',
      strategy: 'singleUser',
      schedule: 'every 30d',
      isSuspended: true,
    });
  });

  it('says what is not known', () => {
    const view = viewOf({ generate: [] });
    expect(view.readOnly).toMatchObject({ author: null, nextRunAt: null, lastRun: null });
    expect(view.readOnly.problem).toContain('/generate');
    expect(view).toMatchObject({ target: 'unknown', strategy: 'unknown', isSuspended: false });
  });

  it.each([
    [{ every: '30d' }, 'every 30d'],
    [{ cron: '0 3 * * 0' }, '0 3 * * 0'],
    [{ cron: '0 3 * * 0', timeZone: 'Europe/Berlin' }, '0 3 * * 0 Europe/Berlin'],
    [{}, null],
    [null, null],
    ['daily', null],
    [undefined, null],
  ])('has the schedule %j in words', (schedule, text) => {
    expect(viewOf({ ...passwordBody, schedule }).schedule).toBe(text);
  });

  it('is a valid body of a write once more', () => {
    const { spec, readOnly } = viewOf(postgresBody());
    const written = withoutReadOnly({ ...spec, ...readOnly });
    expect(parseSpec('app-db', written)).toEqual(parseSpec('app-db', postgresBody()));
    expect(Object.keys(readOnly).toSorted()).toEqual([...readOnlyMembers].toSorted());
  });
});

describe('the body of a write', () => {
  it.each([null, undefined, 'text', 1, [], [{}]])('is an object, not %j', (body) => {
    expect(() => withoutReadOnly(body)).toThrow(expect.objectContaining({ code: 'Invalid' }));
  });

  it('keeps a member that is named like what objects have', () => {
    const body = withoutReadOnly(JSON.parse('{"__proto__":{"suspend":true},"author":"x"}'));
    expect(Object.keys(body)).toEqual(['__proto__']);
    expect(body).not.toHaveProperty('suspend');
  });
});

describe('the validator of a policy', () => {
  it('changes with the spec and the object, not with the status', () => {
    const { policy } = aKnownPolicy();
    expect(policyTag({ ...policy, generation: 2 })).not.toBe(policyTag(policy));
    expect(policyTag({ ...policy, uid: 'other' })).not.toBe(policyTag(policy));
    const status = { ...policy, resourceVersion: '8', status: { state: 'failed' } };
    expect(policyTag(status)).toBe(policyTag(policy));
  });
});
