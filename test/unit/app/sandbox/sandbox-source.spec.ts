import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sandboxSource } from '../../../../src/app/sandbox/sandbox-source.js';
import { FakeSandbox } from './fake-sandbox.js';

let sandbox: FakeSandbox;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  sandbox = new FakeSandbox();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the gateway's way to its sandbox", () => {
  it('is a token of its ServiceAccount, and the certificate that the sandbox has', async () => {
    const source = sandboxSource(sandbox);
    expect(source.server).toBe('https://127.0.0.1:8444');
    expect(await source.read()).toEqual({
      token: 'token-1',
      tls: {
        ca: 'the authority',
        cert: undefined,
        key: undefined,
        servername: undefined,
        rejectUnauthorized: true,
      },
    });
    expect(sandbox.sent.map(({ path }) => path)).toEqual([
      '/api/v1/namespaces/sallyport/serviceaccounts/sallyport/token',
    ]);
  });

  it('has a new token every minute, long before the old one ends', async () => {
    const source = sandboxSource(sandbox);
    await source.read();
    vi.setSystemTime(Date.now() + 59_000);
    expect((await source.read()).token).toBe('token-1');
    vi.setSystemTime(Date.now() + 2_000);
    expect((await source.read()).token).toBe('token-2');
  });

  it('says so where its ServiceAccount is gone', async () => {
    const path = '/api/v1/namespaces/sallyport/serviceaccounts/sallyport/token';
    sandbox.refusals.set(path, 404);
    await expect(sandboxSource(sandbox).read()).rejects.toThrow('no ServiceAccount sallyport');
  });
});
