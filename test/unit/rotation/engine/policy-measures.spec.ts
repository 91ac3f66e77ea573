import { describe, expect, it } from 'vitest';
import { policyMeasures } from '../../../../src/rotation/engine/policy-measures.js';
import { aKnownPolicy } from '../policy.builder.js';

const of = (status: object) => aKnownPolicy(undefined, { status: { ...status } });

describe('what policies measure together', () => {
  it('is nothing where none has run', () => {
    expect(policyMeasures([of({}), of({})])).toEqual({
      oldestCredentialMs: undefined,
      firstExpiryMs: undefined,
    });
  });

  it('is the oldest credential and the first end of a certificate', () => {
    const measures = policyMeasures([
      of({
        lastSuccessTime: '2026-03-01T00:00:00Z',
        certificateExpiryTime: '2026-09-01T00:00:00Z',
      }),
      of({ lastSuccessTime: '2026-02-01T00:00:00Z' }),
      of({ lastSuccessTime: 'never', certificateExpiryTime: '2026-08-01T00:00:00Z' }),
    ]);
    expect(measures).toEqual({
      oldestCredentialMs: Date.UTC(2026, 1, 1),
      firstExpiryMs: Date.UTC(2026, 7, 1),
    });
  });
});
