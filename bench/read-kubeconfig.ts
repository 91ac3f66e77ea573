import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { AdminAccess } from './admin-access.js';

/** What a kubeconfig with one cluster and one user says. */
export function adminAccessFrom(path: string): AdminAccess {
  const { clusters, users } = parse(readFileSync(path, 'utf8')) as {
    readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
    readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
  };
  const [{ cluster } = { cluster: {} }] = clusters;
  const [{ user } = { user: {} }] = users;
  const decoded = (base64 = ''): string => Buffer.from(base64, 'base64').toString('utf8');
  return {
    url: cluster['server'] ?? '',
    caCertificate: decoded(cluster['certificate-authority-data']),
    adminCertificate: decoded(user['client-certificate-data']),
    adminKey: decoded(user['client-key-data']),
  };
}
