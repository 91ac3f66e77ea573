import { stringify } from 'yaml';
import type { RunningSandbox } from '../../sandbox/running-sandbox.js';

/** Returns a kubeconfig that makes kubectl the user `kubernetes-admin` of the sandbox. */
export function adminKubeconfig(
  sandbox: Pick<RunningSandbox, 'url' | 'caCertificate' | 'adminCertificate' | 'adminKey'>,
): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sandbox',
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'kubernetes-admin' } }],
    clusters: [
      {
        name: 'sandbox',
        cluster: {
          server: sandbox.url,
          'certificate-authority-data': base64(sandbox.caCertificate),
        },
      },
    ],
    users: [
      {
        name: 'kubernetes-admin',
        user: {
          'client-certificate-data': base64(sandbox.adminCertificate),
          'client-key-data': base64(sandbox.adminKey),
        },
      },
    ],
  });
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
