import { describe, expect, it, vi } from 'vitest';
import { AdmissionService } from '../../../src/admission/admission.service.js';
import { admissionLimits } from '../../../src/core/admission-limits.js';
import { ClientClosed } from '../../../src/core/errors/client-closed.js';
import { unavailable } from '../../../src/core/errors/sallyport-error.js';
import { GatewayAccounts } from '../../../src/core/gateway-accounts.js';
import type {
  Finding,
  NamingFault,
  SecretChecks,
} from '../../../src/secrets/domain/secret-checks.js';
import { turnsDuring } from '../../support/turns-during.js';

const origin = { sourceIp: '10.0.0.1', requestUri: '/validate' };
const finding: Finding = {
  schema: 'strict',
  isEnforced: true,
  isOfEachWrite: false,
  keys: ['password'],
  error: { pointer: '/data/password', reason: 'is too short' },
};

const place = { namespace: 'pay', name: 'db' };

function bodyOf(request: object): Buffer {
  const metadata = place;
  const object = { kind: 'Secret', metadata, data: { password: 'aHVudGVyMg==' } };
  const kind = { kind: 'Secret' };
  const userInfo = { username: 'eve' };
  const review = { uid: 'u-1', kind, ...place, operation: 'CREATE', userInfo, object };
  const shape = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };
  return Buffer.from(JSON.stringify({ ...shape, request: { ...review, ...request } }));
}

function sent(body: Buffer, isTrusted = false) {
  return { body, origin, isTrusted, hasLeft: () => false };
}

function serviceWith(
  found: readonly Finding[],
  loaded = () => Promise.resolve(),
  namingFaults: readonly NamingFault[] = [],
) {
  const count = vi.fn();
  const checks: SecretChecks = {
    loaded,
    hasOwnSchemas: false,
    schemasOf: () => new Set(found.map(({ schema }) => schema)),
    namingFaults: () => namingFaults,
    groups: () => [],
    makers: () => new Map(),
    findings: () => found,
    findingsFor: () => Promise.resolve(found),
    count,
  };
  const record = vi.fn(() => Promise.resolve());
  const answered = vi.fn();
  const service = new AdmissionService(
    checks,
    { record } as never,
    { admission: { answered } } as never,
    new GatewayAccounts({ gatewayNamespace: 'sallyport', brokerServiceAccount: 'broker' }),
  );
  return { service, count, record, answered };
}

describe('a review', () => {
  it('that breaks no rule is allowed, and leaves no record', async () => {
    const { service, record, answered } = serviceWith([]);
    const { response } = await service.review(sent(bodyOf({})));
    expect(response).toEqual({ uid: 'u-1', allowed: true });
    expect(record).not.toHaveBeenCalled();
    expect(answered).toHaveBeenCalledExactlyOnceWith('allowed');
  });

  it('that breaks a rule is refused and recorded, with names alone', async () => {
    const { service, record, answered } = serviceWith([finding]);
    const { response } = await service.review(sent(bodyOf({})));
    expect(response).toMatchObject({ allowed: false, status: { code: 422 } });
    const facts = { namespace: 'pay', secret: 'db', keys: ['password'] };
    expect(record.mock.lastCall).toMatchObject([{ ...origin, onBehalfOf: 'eve' }, facts, {}]);
    expect(JSON.stringify(record.mock.calls)).not.toContain('hunter2');
    expect(answered).toHaveBeenCalledExactlyOnceWith('refused');
  });

  it('that a schema warns about is allowed with a warning', async () => {
    const { service, count, answered } = serviceWith([{ ...finding, isEnforced: false }]);
    const { response } = await service.review(sent(bodyOf({})));
    const warnings = ['schema strict: /data/password is too short'];
    expect(response).toEqual({ uid: 'u-1', allowed: true, warnings });
    expect(count).toHaveBeenCalledTimes(1);
    expect(answered).toHaveBeenCalledExactlyOnceWith('warned');
  });

  it('of a Secret whose label names no schema is allowed with a warning', async () => {
    const pointer = '/labels/sallyport.dev~1schema';
    const fault = { schema: 'logni', pointer, reason: 'names no schema' };
    const { service, answered } = serviceWith([], undefined, [fault]);
    const { response } = await service.review(sent(bodyOf({})));
    const warnings = ['schema logni: /labels/sallyport.dev~1schema names no schema'];
    expect(response).toEqual({ uid: 'u-1', allowed: true, warnings });
    expect(answered).toHaveBeenCalledExactlyOnceWith('warned');
  });

  it('gets no verdict while schemas are not known', async () => {
    const notYet = () => Promise.reject(unavailable('the schemas are not known yet'));
    const { service, answered } = serviceWith([finding], notYet);
    await expect(service.review(sent(bodyOf({})))).rejects.toMatchObject({ status: 503 });
    expect(answered).not.toHaveBeenCalled();
  });

  it('of a dry run is refused without a record', async () => {
    const { service, record } = serviceWith([finding]);
    const { response } = await service.review(sent(bodyOf({ dryRun: true })));
    expect(response).toMatchObject({ allowed: false });
    expect(record).not.toHaveBeenCalled();
  });

  it('that cannot be checked is refused, since an error would let the write pass', async () => {
    const { service, record } = serviceWith([]);
    const object = { kind: 'Secret', metadata: place, data: { a: '%' } };
    const { response } = await service.review(sent(bodyOf({ object })));
    expect(response).toMatchObject({ allowed: false, status: { code: 422 } });
    const facts = { namespace: 'pay', secret: 'db', object: { verb: 'create', name: 'db' } };
    expect(record.mock.calls).toMatchObject([[{ onBehalfOf: 'eve' }, facts, { status: 422 }]]);
  });

  it('that cannot be checked, of a Secret without a name, is on record without it', async () => {
    const { service, record } = serviceWith([]);
    const object = { kind: 'Secret', metadata: { namespace: 'pay' }, data: { a: '%' } };
    await service.review(sent(bodyOf({ object, name: '' })));
    expect(record).toHaveBeenCalledTimes(1);
    expect(record.mock.lastCall).not.toHaveProperty('1.secret');
  });

  it('leaves time for other work while it has many keys', async () => {
    const { service } = serviceWith([]);
    const keys = Array.from({ length: admissionLimits.reviewKeysMax }, (_, index) => `k${index}`);
    const data = Object.fromEntries(keys.map((key) => [key, '']));
    const object = { kind: 'Secret', metadata: { namespace: 'pay', name: 'db' }, data };
    const body = bodyOf({ operation: 'UPDATE', object, oldObject: object });
    const turns = await turnsDuring(() => service.review(sent(body)));
    const { reviewKeysMax, reviewKeysPerTurn } = admissionLimits;
    expect(turns).toBeGreaterThan((2 * reviewKeysMax) / reviewKeysPerTurn);
  });

  it('of the broker is allowed: the gateway has checked its own work', async () => {
    const { service } = serviceWith([finding]);
    const userInfo = { username: 'system:serviceaccount:sallyport:broker' };
    const { response } = await service.review(sent(bodyOf({ userInfo })));
    expect(response).toMatchObject({ allowed: true });
  });

  it('of the end of a Secret is allowed, unless values change with it', async () => {
    const { service } = serviceWith([{ ...finding, isOfEachWrite: true }]);
    const deletionTimestamp = '2026-12-01T00:00:00Z';
    const metadata = { namespace: 'pay', name: 'db', deletionTimestamp };
    const object = { kind: 'Secret', metadata, data: { password: 'aHVudGVyMg==' } };
    const update = { operation: 'UPDATE', object, oldObject: object };
    const { response } = await service.review(sent(bodyOf(update)));
    expect(response).toMatchObject({ allowed: true });
    const changed = { ...object, data: { password: 'eA==' } };
    const second = await service.review(sent(bodyOf({ ...update, object: changed })));
    expect(second['response']).toMatchObject({ allowed: false });
  });
});

describe('many reviews of one user', () => {
  const data = { fill: 'A'.repeat(admissionLimits.heldOfOwnerBytesMax / 2) };
  const body = bodyOf({ object: { kind: 'Secret', metadata: place, data } });

  it('are refused beyond the share of a user whom an API server names, and on record', async () => {
    const { service, record, answered } = serviceWith([]);
    const [first, second] = await Promise.all([
      service.review(sent(body, true)),
      service.review(sent(body, true)),
    ]);
    expect(first['response']).toMatchObject({ allowed: true });
    const status = { reason: 'TooManyRequests', code: 429 };
    expect(second['response']).toMatchObject({ uid: 'u-1', allowed: false, status });
    const facts = { namespace: 'pay', secret: 'db' };
    expect(record.mock.lastCall).toMatchObject([{ onBehalfOf: 'eve' }, facts, { status: 429 }]);
    expect(answered).toHaveBeenCalledWith('refused');
  });

  it('get an error from a sender who can name any user, so that others can write', async () => {
    const { service, record } = serviceWith([]);
    const both = [service.review(sent(body)), service.review(sent(body))];
    const [first, second] = await Promise.allSettled(both);
    expect(first?.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { status: 429 } });
    expect(record).not.toHaveBeenCalled();
  });

  it('that nobody waits for are not parsed', async () => {
    const { service } = serviceWith([]);
    const left = { ...sent(Buffer.from('{')), hasLeft: () => true };
    await expect(service.review(left)).rejects.toBeInstanceOf(ClientClosed);
  });
});
