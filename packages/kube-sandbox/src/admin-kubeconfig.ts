import type { RunningSandbox } from './running-sandbox.js';

/** Returns a kubeconfig (JSON, which is YAML) with which kubectl is `kubernetes-admin`. */
export function adminKubeconfig(
  sandbox: Pick<RunningSandbox, 'url' | 'caCertificate' | 'adminCertificate' | 'adminKey'>,
): string {
  const config = {
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
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
