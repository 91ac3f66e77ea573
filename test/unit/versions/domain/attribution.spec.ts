import { describe, expect, it } from 'vitest';
import {
  attributionOf,
  authorOf,
  outsideAttribution,
} from '../../../../src/versions/domain/attribution.js';
import { callContext } from '../../audit/audit-builders.js';

describe('who made a version', () => {
  it('is the caller, with the reason, the door and the audit id', () => {
    const ctx = { ...callContext(), changeReason: 'leak', auditId: 'id', door: 'graphql' } as const;
    const { username, kind, credentialId } = ctx.principal;
    const made = attributionOf(ctx);
    expect(made).toEqual({
      ...{ door: 'graphql', username, kind, credentialId, reason: 'leak', auditId: 'id' },
    });
    expect(authorOf(made)).toEqual({ username, kind, credentialId });
  });

  it('is by the door of what was done, where that is another than that of the call', () => {
    expect(attributionOf(callContext(), { door: 'restore', restoredFrom: 3 })).toMatchObject({
      ...{ door: 'restore', restoredFrom: 3, username: 'alice' },
    });
    expect(attributionOf({ ...callContext(), door: 'job' }).door).toBe('rotation');
  });

  it('is the gateway for a rotation, on behalf of who asked for it', () => {
    const ctx = { ...callContext(), door: 'job', onBehalfOf: 'bob', changeReason: 'leak' } as const;
    expect(attributionOf(ctx)).toMatchObject({
      ...{ door: 'rotation', username: 'alice', onBehalfOf: 'bob', reason: 'leak' },
    });
  });

  it('is nobody for a change from outside, of whom the field manager is a hint', () => {
    const outside = outsideAttribution('kubectl-edit');
    expect(outside).toEqual({ door: 'external', fieldManager: 'kubectl-edit' });
    expect(outsideAttribution(undefined)).toEqual({ door: 'external' });
    expect(authorOf(outside)).toBeNull();
    const reported = { ...outside, username: 'eve' };
    expect(authorOf(reported)).toEqual({ username: 'eve', kind: 'cluster', credentialId: null });
  });
});
