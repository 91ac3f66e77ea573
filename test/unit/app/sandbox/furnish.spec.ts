import { beforeEach, describe, expect, it } from 'vitest';
import { applyManifests } from '../../../../src/app/sandbox/apply-manifests.js';
import { furnish } from '../../../../src/app/sandbox/furnish.js';
import { FakeSandbox } from './fake-sandbox.js';

const account = '/api/v1/namespaces/sallyport/serviceaccounts/sallyport';
const reader = '/api/v1/namespaces/people/serviceaccounts/reader';
const marker = '/api/v1/namespaces/kube-system/configmaps/sallyport-sandbox-seed';

const isDiscovery = (path: string) => /^\/apis?(\/[a-z.0-9]+)?\/v1$/.test(path);

let sandbox: FakeSandbox;

beforeEach(() => {
  sandbox = new FakeSandbox();
});

describe('a new sandbox', () => {
  it('gets what the gateway needs, then the users, and last the sign that it has them', async () => {
    await furnish(sandbox);
    const { applied } = sandbox;
    expect(applied[0]).toBe('/api/v1/namespaces/sallyport');
    expect(applied.indexOf(account)).toBeLessThan(applied.indexOf(reader));
    expect(applied.at(-1)).toBe(marker);
  });

  it('gets every namespace before what is in it', async () => {
    await furnish(sandbox);
    const seen = new Set(['default', 'kube-system'].map((it) => `/api/v1/namespaces/${it}`));
    for (const path of sandbox.applied) {
      const [, inside] = /\/namespaces\/([^/]+)\//.exec(path) ?? [];
      if (inside !== undefined) expect(seen).toContain(`/api/v1/namespaces/${inside}`);
      seen.add(path);
    }
  });

  it('gets it by server-side apply, as one owner', async () => {
    await furnish(sandbox);
    for (const { method, path, contentType } of sandbox.sent) {
      if (method !== 'PATCH') continue;
      expect(path).toMatch(/\?fieldManager=sallyport-boot&force=true$/);
      expect(contentType).toBe('application/apply-patch+yaml');
    }
  });
});

describe('a sandbox that has been used', () => {
  it("gets the gateway's own again, and leaves the users as they are", async () => {
    sandbox.objects.add(marker);
    await furnish(sandbox);
    expect(sandbox.applied).toContain(account);
    expect(sandbox.applied).not.toContain(reader);
  });

  it('asks for nothing else to know that it has been', async () => {
    await furnish(sandbox);
    const read = sandbox.sent.filter(({ method, path }) => method === 'GET' && !isDiscovery(path));
    expect(read.map(({ path }) => path)).toEqual([marker]);
  });

  it('stays without deleted users where the namespace of the gateway was deleted too', async () => {
    await furnish(sandbox);
    for (const path of sandbox.objects) {
      if (/\/(sallyport|people)(\/|$)/.test(path)) sandbox.objects.delete(path);
    }
    await furnish(sandbox);
    expect(sandbox.objects).toContain(account);
    expect(sandbox.objects).not.toContain(reader);
  });

  it('gets the users again where their first time was cut short', async () => {
    sandbox.refusals.set(marker, 500);
    await expect(furnish(sandbox)).rejects.toThrow(
      'the sandbox refuses ConfigMap sallyport-sandbox-seed',
    );
    const before = sandbox.applied.length;
    sandbox.refusals.clear();
    await furnish(sandbox);
    expect(sandbox.applied.slice(before)).toContain(reader);
  });
});

describe('an object that the sandbox does not take', () => {
  it('is named, with the reason', async () => {
    sandbox.refusals.set(account, 422);
    await expect(furnish(sandbox)).rejects.toThrow(
      'the sandbox refuses ServiceAccount sallyport: 422 not so',
    );
  });

  it.each([
    [{ apiVersion: 'v1', kind: 'Marvel' }, 'the sandbox has no kind Marvel in v1'],
    [{ apiVersion: 'odd.test/v1', kind: 'Odd' }, 'the sandbox has no API odd.test/v1'],
  ])('is named where its kind is unknown: %o', async (kind, message) => {
    const manifest = { ...kind, metadata: { name: 'x' } };
    await expect(applyManifests(sandbox, [manifest])).rejects.toThrow(message);
  });
});
