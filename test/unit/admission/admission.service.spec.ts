import { describe, expect, it, vi } from 'vitest';
import { AdmissionService } from '../../../src/admission/admission.service.js';
import { unavailable } from '../../../src/core/errors/sallyport-error.js';
import type { Finding, SecretChecks } from '../../../src/secrets/domain/secret-checks.js';

const origin = { sourceIp: '10.0.0.1', requestUri: '/validate' };
const finding: Finding = {
  schema: 'strict',
  isEnforced: true,
  isOfEachWrite: false,
  keys: ['password'],
  error: { pointer: '/data/password', reason: 'is too short' },
};

function bodyOf(request: object): Buffer {
  const metadata = { namespace: 'pay', name: 'db' };
  const object = { kind: 'Secret', metadata, data: { password: 'aHVudGVyMg==' } };
  const review = { uid: 'u-1', operation: 'CREATE', userInfo: { username: 'eve' }, object };
  const shape = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };
  return Buffer.from(JSON.stringify({ ...shape, request: { ...review, ...request } }));
}

function serviceWith(found: readonly Finding[], loaded = () => Promise.resolve()) {
  const count = vi.fn();
  const checks: SecretChecks = {
    loaded,
    schemasOf: () => new Set(found.map(({ schema }) => schema)),
    groups: () => [],
    makers: () => new Map(),
    findings: () => found,
    count,
  };
  const record = vi.fn(() => Promise.resolve());
  const answered = vi.fn();
  const service = new AdmissionService(
    checks,
    { record } as never,
    { admission: { answered } } as never,
  );
  return { service, count, record, answered };
}

describe('a review', () => {
  it('that breaks no rule is allowed, and leaves no record', async () => {
    const { service, record, answered } = serviceWith([]);
    const { response } = await service.review(bodyOf({}), origin);
    expect(response).toEqual({ uid: 'u-1', allowed: true });
    expect(record).not.toHaveBeenCalled();
    expect(answered).toHaveBeenCalledExactlyOnceWith('allowed');
  });

  it('that breaks a rule is refused and recorded, with names alone', async () => {
    const { service, record, answered } = serviceWith([finding]);
    const { response } = await service.review(bodyOf({ dryRun: true }), origin);
    expect(response).toMatchObject({ allowed: false, status: { code: 422 } });
    const facts = { namespace: 'pay', secret: 'db', keys: ['password'], dryRun: true };
    expect(record.mock.lastCall).toMatchObject([{ ...origin, onBehalfOf: 'eve' }, facts, {}]);
    expect(JSON.stringify(record.mock.calls)).not.toContain('hunter2');
    expect(answered).toHaveBeenCalledExactlyOnceWith('refused');
  });

  it('that a schema warns about is allowed with a warning', async () => {
    const { service, count, answered } = serviceWith([{ ...finding, isEnforced: false }]);
    const { response } = await service.review(bodyOf({}), origin);
    const warnings = ['schema strict: /data/password is too short'];
    expect(response).toEqual({ uid: 'u-1', allowed: true, warnings });
    expect(count).toHaveBeenCalledTimes(1);
    expect(answered).toHaveBeenCalledExactlyOnceWith('warned');
  });

  it('gets no verdict while schemas are not known', async () => {
    const notYet = () => Promise.reject(unavailable('the schemas are not known yet'));
    const { service, answered } = serviceWith([finding], notYet);
    await expect(service.review(bodyOf({}), origin)).rejects.toMatchObject({ status: 503 });
    expect(answered).not.toHaveBeenCalled();
  });
});
