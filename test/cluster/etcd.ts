import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ApiClient } from './api-client.js';
import type { ClusterFiles } from './cluster-files.js';
import type { ServerCommand } from './server-process.js';

export interface EtcdSettings {
  readonly binary: string;
  readonly dir: string;
  readonly files: ClusterFiles;
  readonly clientPort: number;
  readonly peerPort: number;
}

/** How to start a single etcd that trusts nothing to survive a power cut, for speed. */
export function etcdCommand(settings: EtcdSettings): ServerCommand {
  const { binary, dir, files } = settings;
  const clientUrl = etcdUrl(settings.clientPort);
  const peerUrl = etcdUrl(settings.peerPort);
  return {
    name: 'etcd',
    binary,
    logFile: join(dir, 'etcd.log'),
    serverArguments: [
      '--name=test',
      `--data-dir=${join(dir, 'etcd')}`,
      `--listen-client-urls=${clientUrl}`,
      `--advertise-client-urls=${clientUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=test=${peerUrl}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
      '--client-cert-auth',
      `--trusted-ca-file=${files.etcdCaFile}`,
      `--cert-file=${files.etcd.certificate}`,
      `--key-file=${files.etcd.key}`,
      '--peer-client-cert-auth',
      `--peer-trusted-ca-file=${files.etcdCaFile}`,
      `--peer-cert-file=${files.etcd.certificate}`,
      `--peer-key-file=${files.etcd.key}`,
    ],
  };
}

/** A probe that says whether etcd answers that it is healthy. */
export async function etcdProbe(settings: EtcdSettings): Promise<() => Promise<boolean>> {
  const client = await etcdClient(settings);
  return () =>
    client.request('GET', '/health').then(
      ({ status }) => status === 200,
      () => false,
    );
}

/** A client of etcd's JSON gateway; keys and values are base64 there. */
export async function etcdClient({ files, clientPort }: EtcdSettings): Promise<ApiClient> {
  return new ApiClient({
    url: etcdUrl(clientPort),
    ca: await readFile(files.etcdCaFile, 'utf8'),
    key: await readFile(files.etcdClient.key, 'utf8'),
    certificate: await readFile(files.etcdClient.certificate, 'utf8'),
  });
}

export function etcdUrl(port: number): string {
  return `https://127.0.0.1:${port}`;
}
