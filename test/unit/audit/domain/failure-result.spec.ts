import { expect, it } from 'vitest';
import {
  failureResult,
  isDefiniteFailure,
  refusalResult,
} from '../../../../src/audit/domain/failure-result.js';
import { ClientClosed } from '../../../../src/core/errors/client-closed.js';
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

it('writes a client that closed its connection down as what it is, and no failure of ours', () => {
  const words = { code: 499, decisionReason: 'the client has closed the connection' };
  const allowed = failureResult(new ClientClosed({ isAllowed: true }), trace);
  expect(allowed).toEqual({ outcome: 'allowed', ...trace, ...words });
  const undecided = failureResult(new ClientClosed(), trace);
  expect(undecided).toEqual({ outcome: 'failed', ...trace, ...words });
  expect(refusalResult(new ClientClosed())).toMatchObject({ outcome: 'failed', ...words });
});

it('knows a write to have changed nothing only where a service has said so', () => {
  expect(isDefiniteFailure(new SallyportError('Conflict', ''))).toBe(true);
  expect(isDefiniteFailure(new SallyportError('OutcomeUnknown', ''))).toBe(false);
  expect(isDefiniteFailure(new Error('bug'))).toBe(false);
});
