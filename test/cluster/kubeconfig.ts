import { writeFile } from 'node:fs/promises';

import { stringify } from 'yaml';

export interface Kubeconfig {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly user:
    | { readonly token: string }
    | { readonly key: string; readonly certificate: string };
}

/** Writes a kubeconfig with one context, readable by its owner only. */
export async function writeKubeconfig(path: string, config: Kubeconfig): Promise<void> {
  const name = 'sallyport-test';
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [
      { name, cluster: { server: config.server, 'certificate-authority-data': base64(config.ca) } },
    ],
    users: [{ name, user: userOf(config.user) }],
  });
  await writeFile(path, text, { mode: 0o600 });
}

function userOf(user: Kubeconfig['user']): Record<string, string> {
  if ('token' in user) return { token: user.token };
  return {
    'client-certificate-data': base64(user.certificate),
    'client-key-data': base64(user.key),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
