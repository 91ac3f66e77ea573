import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable } from '../../../../../src/core/errors/error-table.js';
import { SallyportError, unavailable } from '../../../../../src/core/errors/sallyport-error.js';
import { toStatus } from '../../../../../src/platform/http/domain/kube-status.js';

describe('an error of the gateway', () => {
  it('is a Status, member by member', () => {
    const { code, body } = toStatus(new SallyportError('Forbidden', 'secrets is forbidden: no'));
    expect(code).toBe(403);
    expect(JSON.stringify(body)).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",' +
        '"message":"secrets is forbidden: no","reason":"Forbidden","code":403}',
    );
  });

  it.each(Object.keys(errorTable) as ErrorCode[])('has the reason of its code: %s', (code) => {
    const entry = errorTable[code];
    const answer = toStatus(new SallyportError(code, 'sentence'));
    expect(answer).toMatchObject({
      code: entry.statuses[0],
      body: { reason: entry.kubernetesReason, code: entry.statuses[0] },
    });
  });

  it('keeps a status that is not the first of its code', () => {
    const error = new SallyportError('Conflict', 'sentence', { status: 412 });
    expect(toStatus(error)).toMatchObject({ code: 412, body: { code: 412, reason: 'Conflict' } });
  });

  it('says Unauthorized to a client that shows no reason, and what was wrong', () => {
    const { body } = toStatus(new SallyportError('Unauthenticated', 'the token has expired'));
    expect(body).toMatchObject({
      message: 'Unauthorized: the token has expired',
      reason: 'Unauthorized',
    });
  });

  it('says when to come again', () => {
    const { body } = toStatus(unavailable('busy', { retryAfterSeconds: 7 }));
    expect(body.details).toEqual({ retryAfterSeconds: 7 });
  });

  it.each(['', 'Wed, 21 Oct 2026 07:28:00 GMT', '-1', '1.5'])(
    'says no time that is not in seconds: %j',
    (retryAfter) => {
      const headers = { 'retry-after': retryAfter };
      const error = new SallyportError('Unavailable', 'busy', { headers });
      expect(toStatus(error).body.details).toBeUndefined();
    },
  );

  it('names the places that are wrong', () => {
    const errors = [
      { pointer: '/data/a', reason: 'not base64' },
      { pointer: '', reason: 'too large' },
    ];
    expect(toStatus(new SallyportError('Invalid', 'invalid', { errors })).body.details).toEqual({
      causes: [
        { reason: 'FieldValueInvalid', message: 'not base64', field: '/data/a' },
        { reason: 'FieldValueInvalid', message: 'too large', field: '' },
      ],
    });
  });

  it('says nothing that is for operators alone', () => {
    const error = new SallyportError('Internal', 'an internal error occurred', {
      internal: 'for-operators',
      cause: new Error('for-operators'),
    });
    expect(JSON.stringify(toStatus(error))).not.toContain('for-operators');
  });
});
