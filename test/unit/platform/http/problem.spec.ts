import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable } from '../../../../src/core/errors/error-table.js';
import { AuditNotWritten } from '../../../../src/audit/audit-not-written.js';
import { SallyportError, withAuditId } from '../../../../src/core/errors/sallyport-error.js';
import { toProblem } from '../../../../src/platform/http/problem.js';

const ids = { requestId: 'r', auditId: 'a' };

describe('a problem', () => {
  it.each(Object.keys(errorTable) as ErrorCode[])('of %s has all members of RFC 9457', (code) => {
    const problem = toProblem(new SallyportError(code, 'why'), ids);
    expect(problem).toEqual({
      type: `https://sallyport.dev/errors#${code}`,
      title: errorTable[code].title,
      status: errorTable[code].statuses[0],
      code,
      detail: 'why',
      ...ids,
    });
  });

  it('shows field errors and further public members where there are some', () => {
    const errors = [{ pointer: '/data/a', reason: 'is no base64' }];
    const error = new SallyportError('Conflict', 'why', { errors, members: { runId: '7' } });
    expect(toProblem(error, ids)).toMatchObject({ errors, runId: '7', status: 409 });
  });

  it('keeps what is for operators to itself', () => {
    const error = new SallyportError('Internal', 'an internal error occurred', {
      internal: 'hunter2',
      cause: new Error('hunter2'),
    });
    expect(JSON.stringify(toProblem(error, ids))).not.toContain('hunter2');
  });
});

it('names no audit id where no event tells of it, and another one where that does', () => {
  const error = new SallyportError('NotFound', 'no');
  expect(toProblem(error, ids)['auditId']).toBe('a');
  expect(toProblem(withAuditId(error, 'b'), ids)['auditId']).toBe('b');
  expect(toProblem(withAuditId(error, null), ids)).not.toHaveProperty('auditId');
  const cause = new AuditNotWritten();
  const unwritten = new SallyportError('Unavailable', 'no', { cause });
  expect(toProblem(unwritten, ids)).not.toHaveProperty('auditId');
  // Its intent is on record.
  const unknown = new SallyportError('OutcomeUnknown', 'maybe', { cause });
  expect(toProblem(unknown, ids)['auditId']).toBe('a');
});
