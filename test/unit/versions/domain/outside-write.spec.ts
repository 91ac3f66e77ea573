import { describe, expect, it } from 'vitest';
import { type ReportedWrite, outsideWrite } from '../../../../src/versions/domain/outside-write.js';

const report: ReportedWrite = {
  auditId: 'id',
  verb: 'patch',
  requestUri: '/api/v1/namespaces/pay/secrets/db?fieldManager=kubectl-edit',
  stage: 'ResponseComplete',
  user: { username: 'eve' },
  impersonatedUser: undefined,
  object: { namespace: 'pay', name: 'db' },
  code: 200,
  receivedAt: '2026-01-01T00:00:00.000000Z',
  stageAt: '2026-01-01T00:00:00.250000Z',
};

describe('a report of a write at the API server', () => {
  it('says who made the version that came between its beginning and the watch', () => {
    const fromMs = Date.parse('2026-01-01T00:00:00Z');
    expect(outsideWrite(report, 1_000)).toEqual({
      ref: { namespace: 'pay', name: 'db' },
      between: { fromMs, toMs: fromMs + 1_250 },
      user: { username: 'eve', auditId: 'id' },
    });
  });

  it('names whom somebody acted as', () => {
    const acting = { ...report, impersonatedUser: { username: 'alice' } };
    expect(outsideWrite(acting, 0)?.user.username).toBe('alice');
  });

  it.each([
    ['a read', { verb: 'get' }],
    ['a delete', { verb: 'delete' }],
    ['a refusal', { code: 403 }],
    ['an answer that is not known', { code: 0 }],
    ['a panic', { stage: 'Panic' }],
    ['a dry run', { requestUri: '/api/v1/namespaces/pay/secrets/db?dryRun=All' }],
    ['a name that the server chose', { object: { namespace: 'pay', name: '' } }],
  ])('says nothing of %s', (_, more) => {
    expect(outsideWrite({ ...report, ...more }, 0)).toBeUndefined();
  });
});
