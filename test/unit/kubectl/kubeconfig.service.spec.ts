import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { CallRunner } from '../../../src/calls/call-runner.service.js';
import type { CallContext } from '../../../src/core/call-context.js';
import { KubeconfigService } from '../../../src/kubectl/kubeconfig.service.js';

const ctx = {} as CallContext;
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

let dir: string;
let ca: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-kubeconfigs-'));
  ca = join(dir, 'ca.crt');
  writeFileSync(ca, certificate);
});

afterAll(() => rmSync(dir, { recursive: true }));

interface Given {
  readonly url?: string;
  readonly isEnabled?: boolean;
  readonly certificateAuthority?: string;
}

/** What was asked for, and the actions that were on record before the answer. */
async function ask(given: Given) {
  const actions: string[] = [];
  const calls = {
    read: async (
      _ctx: CallContext,
      { action }: { action: string },
      effect: () => Promise<string>,
    ) => {
      actions.push(action);
      return effect();
    },
  } as unknown as CallRunner;
  const { url, isEnabled = true, certificateAuthority } = given;
  const service = new KubeconfigService({
    calls,
    address: { url },
    isEnabled,
    certificateAuthority,
  });
  const kubeconfig = await service.kubeconfig(ctx, '/t');
  return { actions, kubeconfig: parse(kubeconfig) as unknown };
}

describe('a caller who asks for a kubeconfig', () => {
  const url = 'https://sallyport.example';

  it('gets one that names the gateway, its authority and his own file, on record', async () => {
    expect(await ask({ url, certificateAuthority: ca })).toMatchObject({
      actions: ['access.review'],
      kubeconfig: {
        clusters: [
          {
            cluster: {
              server: 'https://sallyport.example/kubernetes',
              'certificate-authority-data': Buffer.from(certificate).toString('base64'),
            },
          },
        ],
        users: [{ name: 'sallyport', user: { tokenFile: '/t' } }],
        'current-context': 'sallyport',
      },
    });
  });

  it("gets one without an authority where the client's own are meant", async () => {
    const { kubeconfig } = await ask({ url });
    expect(JSON.stringify(kubeconfig)).not.toContain('certificate-authority');
  });

  it('gets none where the gateway does not know how it is reached', async () => {
    await expect(ask({})).rejects.toMatchObject({
      code: 'Invalid',
      message: expect.stringContaining('an operator sets kubectl.server'),
    });
  });

  it('gets none where kubectl is not let in', async () => {
    await expect(ask({ url, isEnabled: false })).rejects.toMatchObject({
      code: 'Invalid',
      message: expect.stringContaining('kubectl.enabled is false'),
    });
  });

  it('is told to come again while the authority is being replaced, without its path', async () => {
    await expect(ask({ url, certificateAuthority: join(dir, 'absent') })).rejects.toMatchObject({
      code: 'Unavailable',
      message: 'the certificate authority for kubeconfigs cannot be read',
    });
  });
});
