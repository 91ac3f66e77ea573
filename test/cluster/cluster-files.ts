import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  createCertificateAuthority,
  createServiceAccountKey,
  type CertificateAuthority,
  type KeyAndCertificate,
} from './certificates.js';

export interface CertificateFiles {
  readonly key: string;
  readonly certificate: string;
}

/** Where a cluster's keys and certificates are, and what the harness itself needs of them. */
export interface ClusterFiles {
  readonly caFile: string;
  readonly etcdCaFile: string;
  readonly apiServer: CertificateFiles;
  readonly etcd: CertificateFiles;
  readonly etcdClient: CertificateFiles;
  readonly serviceAccountKeyFile: string;
  readonly authority: CertificateAuthority;
  readonly admin: KeyAndCertificate;
}

const loopbackHosts = ['localhost', '127.0.0.1', '::1'];
const apiServerHosts = [...loopbackHosts, 'kubernetes', 'kubernetes.default.svc'];

/** Makes the keys and certificates of one cluster under `dir`. */
export async function writeClusterFiles(dir: string): Promise<ClusterFiles> {
  const pkiDir = join(dir, 'pki');
  await mkdir(pkiDir);
  const authority = await createCertificateAuthority('sallyport-test-kubernetes');
  // Of its own, so that no client certificate of the cluster opens etcd.
  const etcdAuthority = await createCertificateAuthority('sallyport-test-etcd');
  const admin = { commonName: 'kubernetes-admin', organizations: ['system:masters'] };

  const save = async (name: string, text: string): Promise<string> => {
    const path = join(pkiDir, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const savePair = async (name: string, pair: KeyAndCertificate): Promise<CertificateFiles> => ({
    key: await save(`${name}.key`, pair.key),
    certificate: await save(`${name}.crt`, pair.certificate),
  });

  return {
    caFile: await save('ca.crt', authority.certificate),
    etcdCaFile: await save('etcd-ca.crt', etcdAuthority.certificate),
    apiServer: await savePair(
      'kube-apiserver',
      await authority.issue({ commonName: 'kube-apiserver', hosts: apiServerHosts }),
    ),
    etcd: await savePair(
      'etcd',
      await etcdAuthority.issue({ commonName: 'etcd', hosts: loopbackHosts }),
    ),
    etcdClient: await savePair(
      'etcd-client',
      await etcdAuthority.issue({ commonName: 'kube-apiserver' }),
    ),
    serviceAccountKeyFile: await save('service-account.key', await createServiceAccountKey()),
    authority,
    admin: await authority.issue(admin),
  };
}
