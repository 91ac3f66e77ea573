import { expect, it } from 'vitest';
import { failureResult, isDefiniteFailure } from '../../../../src/audit/domain/failure-result.js';
import { type ErrorCode, errorTable } from '../../../../src/core/errors/error-table.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';

const trace = { plane: 'caller', upstreamIds: ['u-1'] } as const;

// Every code there is; a failure's own words may quote the request, and are left out.
it.each(Object.keys(errorTable) as ErrorCode[])('writes %s down', (code) => {
  const result = failureResult(new SallyportError(code, 'words'), trace);
  const isDenial = code === 'Unauthenticated' || code === 'Forbidden';
  const outcome = isDenial ? 'denied' : code === 'OutcomeUnknown' ? 'unknown' : 'failed';
  const decisionReason = isDenial ? 'words' : code;
  expect(result).toEqual({
    outcome,
    code: errorTable[code].statuses[0],
    ...trace,
    decisionReason,
  });
});

it('knows a write to have changed nothing only where a service has said so', () => {
  expect(isDefiniteFailure(new SallyportError('Conflict', ''))).toBe(true);
  expect(isDefiniteFailure(new SallyportError('OutcomeUnknown', ''))).toBe(false);
  expect(isDefiniteFailure(new Error('bug'))).toBe(false);
});
