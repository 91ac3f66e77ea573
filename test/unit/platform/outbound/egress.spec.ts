import { describe, expect, it, vi } from 'vitest';
import {
  compileEgress,
  type EgressSettings,
} from '../../../../src/platform/outbound/domain/egress-rules.js';
import { Egress, type LookUp } from '../../../../src/platform/outbound/egress.js';

const never = new AbortController().signal;
const none: EgressSettings = { allow: [], deny: [] };
const apiServers = [{ host: 'kubernetes.default.svc', port: 443 }];

interface Parts {
  readonly settings?: Partial<EgressSettings>;
  readonly lookUp?: LookUp;
}

function egressOf({ settings, lookUp }: Parts): Egress {
  const names: LookUp = (name) =>
    Promise.resolve(name === 'kubernetes.default.svc' ? ['10.96.0.1'] : ['10.1.1.1']);
  return new Egress(compileEgress({ ...none, ...settings }, apiServers), lookUp ?? names);
}

describe('where rotation connects to', () => {
  it('is an address of an allowed host, under the name of that host', async () => {
    const egress = egressOf({ settings: { allow: [{ host: '*.pay.svc' }] } });
    expect(await egress.resolve('DB.pay.svc.', 5432, undefined, never)).toEqual({
      address: '10.1.1.1',
      port: 5432,
      serverName: 'db.pay.svc',
    });
    const named = await egress.resolve('db.pay.svc', 5432, 'db.example', never);
    expect(named.serverName).toBe('db.example');
  });

  it('is looked up only where the host is allowed', async () => {
    const lookUp = vi.fn<LookUp>(() => Promise.resolve(['10.1.1.1']));
    const egress = egressOf({ lookUp });
    await expect(egress.resolve('db', 5432, undefined, never)).rejects.toMatchObject({
      reason: 'HostNotAllowed',
    });
    expect(lookUp).not.toHaveBeenCalled();
  });

  it('is the first address that is permitted', async () => {
    const lookUp: LookUp = (name) =>
      Promise.resolve(name === 'db' ? ['127.0.0.1', '10.96.0.1', 'fd00::7'] : ['10.96.0.1']);
    const egress = egressOf({ settings: { allow: [{ host: 'db' }] }, lookUp });
    expect(await egress.resolve('db', 5432, undefined, never)).toMatchObject({
      address: 'fd00::7',
    });
  });

  it('is the IPv4 address that a mapped one reaches', async () => {
    const lookUp: LookUp = (name) =>
      Promise.resolve(name === 'db' ? ['::ffff:10.1.1.9'] : ['10.96.0.1']);
    const egress = egressOf({ settings: { allow: [{ host: 'db' }] }, lookUp });
    expect(await egress.resolve('db', 5432, undefined, never)).toMatchObject({
      address: '10.1.1.9',
    });
  });

  it('is not the API server, whose names are looked up with it', async () => {
    const lookUp: LookUp = () => Promise.resolve(['10.1.1.1']);
    const egress = egressOf({ settings: { allow: [{ host: 'db' }] }, lookUp });
    await expect(egress.resolve('db', 5432, undefined, never)).rejects.toMatchObject({
      reason: 'HostNotAllowed',
      message: 'db:5432 is not one that the gateway may connect to',
    });
  });

  it('is nowhere while nobody knows where the API server is', async () => {
    const lookUp: LookUp = (name) =>
      name === 'db' ? Promise.resolve(['10.1.1.1']) : Promise.reject(new Error('ENOTFOUND'));
    const egress = egressOf({ settings: { allow: [{ host: 'db' }] }, lookUp });
    await expect(egress.resolve('db', 5432, undefined, never)).rejects.toMatchObject({
      reason: 'TargetUnreachable',
    });
  });

  it.each([
    ['without addresses', () => Promise.resolve([])],
    ['that is not known', () => Promise.reject(new Error('getaddrinfo ENOTFOUND secret.words'))],
  ])('cannot be said of a name %s', async (_, lookUp) => {
    const egress = egressOf({ settings: { allow: [{ host: 'db' }] }, lookUp });
    await expect(egress.resolve('db', 5432, undefined, never)).rejects.toMatchObject({
      reason: 'TargetUnreachable',
      message: expect.not.stringContaining('secret'),
    });
  });

  it('is not waited for beyond the signal', async () => {
    const { promise } = Promise.withResolvers<readonly string[]>();
    const egress = egressOf({ settings: { allow: [{ host: 'db' }] }, lookUp: () => promise });
    const controller = new AbortController();
    const resolved = egress.resolve('db', 5432, undefined, controller.signal);
    controller.abort();
    await expect(resolved).rejects.toMatchObject({ reason: 'TargetTimeout' });
  });

  it('is not repeated where it is no host at all', async () => {
    const egress = egressOf({ settings: { allow: [{ host: 'db' }] } });
    await expect(egress.resolve('a@b secret', 1, undefined, never)).rejects.toMatchObject({
      message: 'the host is not one that the gateway may connect to',
    });
  });
});
