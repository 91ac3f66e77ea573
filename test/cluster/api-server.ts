import { join } from 'node:path';

import type { ApiClient } from './api-client.js';
import type { ClusterFiles } from './cluster-files.js';
import { etcdUrl } from './etcd.js';
import type { ServerCommand } from './server-process.js';

export interface ApiServerOptions {
  /** Added after the harness's own arguments, so they win over these. */
  readonly apiServerArguments?: readonly string[];
  /** Default: `RBAC`. */
  readonly authorizationModes?: string;
  /** Issuer of tokens of ServiceAccounts, and their audience; two clusters may need two. */
  readonly issuer?: string;
}

export interface ApiServerSettings extends ApiServerOptions {
  readonly binary: string;
  readonly dir: string;
  readonly files: ClusterFiles;
  readonly port: number;
  readonly etcdPort: number;
}

const defaultIssuer = 'https://kubernetes.default.svc.cluster.local';

/** How to start a kube-apiserver that works without any other part of a control plane. */
export function apiServerCommand(settings: ApiServerSettings): ServerCommand {
  const { binary, dir, files, apiServerArguments = [], issuer = defaultIssuer } = settings;
  return {
    name: 'kube-apiserver',
    binary,
    logFile: join(dir, 'kube-apiserver.log'),
    serverArguments: [
      '--bind-address=127.0.0.1',
      `--secure-port=${settings.port}`,
      // Its own address as it tells it to others, in OpenID discovery for one.
      '--external-hostname=127.0.0.1',
      // Unused without a reconciler, but a machine without a network has no default for it.
      '--advertise-address=192.0.2.1',
      `--tls-cert-file=${files.apiServer.certificate}`,
      `--tls-private-key-file=${files.apiServer.key}`,
      `--client-ca-file=${files.caFile}`,
      `--etcd-servers=${etcdUrl(settings.etcdPort)}`,
      `--etcd-cafile=${files.etcdCaFile}`,
      `--etcd-certfile=${files.etcdClient.certificate}`,
      `--etcd-keyfile=${files.etcdClient.key}`,
      `--authorization-mode=${settings.authorizationModes ?? 'RBAC'}`,
      `--service-account-issuer=${issuer}`,
      `--service-account-key-file=${files.serviceAccountKeyFile}`,
      `--service-account-signing-key-file=${files.serviceAccountKeyFile}`,
      // Never `sallyport`: a token for the gateway must not be one for the API server.
      `--api-audiences=${issuer}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      // It would publish the address of this server, and refuses a loopback one.
      '--endpoint-reconciler-type=none',
      // It would refuse pods until a controller, which does not run here, made their accounts.
      '--disable-admission-plugins=ServiceAccount',
      ...apiServerArguments,
    ],
  };
}

/** A probe that says whether every start-up step is done and the first namespaces exist. */
export function apiServerProbe(admin: ApiClient): () => Promise<boolean> {
  return async () => {
    try {
      const readiness = await admin.request('GET', '/readyz');
      if (readiness.status !== 200 || readiness.body !== 'ok') return false;
      return (await admin.request('GET', '/api/v1/namespaces/default')).status === 200;
    } catch {
      return false;
    }
  };
}
