import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { expectSuccess } from './api-failure.js';
import { startServers, type StartedServers } from './cluster-servers.js';
import { Cluster } from './cluster.js';
import { EtcdState } from './etcd-state.js';
import { applyFiles } from './manifests.js';

/** Servers that stay for the next spec of this process. */
interface Kept {
  readonly servers: StartedServers;
  readonly state: EtcdState;
  readonly files: ReadonlySet<string>;
}

/** More are in use at once than this where a spec is about two clusters. */
const IDLE_MAX = 1;
/** What the API server decides by, and what specs look at first. */
const READ_FROM_CACHES = [
  '/api/v1/namespaces',
  '/api/v1/secrets',
  '/api/v1/serviceaccounts',
  ...['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'].map(
    (resource) => `/apis/rbac.authorization.k8s.io/v1/${resource}`,
  ),
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
];

/** After a minute, something else is wrong. */
const POLICIES_MS_MAX = 60_000;
const POLICIES_POLLED_MS = 50;
/** Objects that the API server uses some time after they were put back. */
const FOLLOWED_LATE = [
  '/registry/apiextensions.k8s.io/customresourcedefinitions/',
  '/registry/mutatingadmissionpolicies/',
  '/registry/mutatingadmissionpolicybindings/',
  '/registry/validatingadmissionpolicies/',
  '/registry/validatingadmissionpolicybindings/',
];

/** What servers hold from the start, and after each spec again. */
const beginnings = {
  nothing: () => Promise.resolve(),
  /**
   * The CustomResourceDefinitions of this project. Where they were deleted and made again, the API
   * server refuses writes of their objects for a while: mutating policies wait for its OpenAPI.
   */
  definitions: ({ controlPlane }: StartedServers) => applyFiles(controlPlane.admin, 'deploy/crds'),
  /** The profile that most installations have, whose policies the API server compiles. */
  constrained: async ({ controlPlane: { admin } }: StartedServers) => {
    await applyFiles(admin, 'deploy/crds');
    await applyFiles(admin, 'deploy/rbac/constrained/by-namespace');
    await untilPoliciesWork(admin);
  },
} as const;
type Beginning = keyof typeof beginnings;

/**
 * Waits until a share is refused by the policy that validates it. Before that, 503: policies that
 * change objects wait until the OpenAPI has new definitions.
 */
async function untilPoliciesWork(admin: StartedServers['controlPlane']['admin']): Promise<void> {
  const deadlineMs = Date.now() + POLICIES_MS_MAX;
  const path = '/apis/sallyport.dev/v1alpha1/namespaces/default/secretshares?dryRun=All';
  const share = {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'SecretShare',
    metadata: { name: 'any' },
    spec: { secretName: 'any', keys: ['any'], to: [{ namespace: 'default' }] },
  };
  while ((await admin.request('POST', path, share)).status !== 403) {
    if (Date.now() > deadlineMs) throw new Error('the policies of shares do not work');
    await setTimeout(POLICIES_POLLED_MS);
  }
}

const idle: Record<Beginning, Kept[]> = { nothing: [], definitions: [], constrained: [] };

/**
 * A cluster as `startCluster` starts it, with servers of an earlier spec of this process where
 * some are left: the same keys and addresses, and nothing of what the spec stored. Servers that
 * are left paused or stopped, or have lost a CustomResourceDefinition or a policy, are ended with
 * their spec; those that are left end with this process.
 */
export async function sharedCluster(beginning: Beginning = 'nothing'): Promise<Cluster> {
  const kept = idle[beginning].pop() ?? (await startKept(beginning));
  const end = (isInterrupted: boolean) => giveBack(kept, beginning, isInterrupted);
  return new Cluster({ ...kept.servers, end });
}

async function startKept(beginning: Beginning): Promise<Kept> {
  const servers = await startServers();
  await beginnings[beginning](servers);
  const state = await EtcdState.read(await servers.controlPlane.etcd());
  return { servers, state, files: new Set(await readdir(servers.dir)) };
}

async function giveBack(kept: Kept, beginning: Beginning, isInterrupted: boolean): Promise<void> {
  const others = idle[beginning];
  const isWorn = isInterrupted || (await kept.state.hasChanged(FOLLOWED_LATE));
  if (isWorn || others.length >= IDLE_MAX) {
    await kept.servers.stop();
    return;
  }
  await forget(kept);
  others.push(kept);
}

async function forget({ servers, state, files }: Kept): Promise<void> {
  for (const name of await readdir(servers.dir)) {
    if (!files.has(name)) await rm(join(servers.dir, name), { recursive: true, force: true });
  }
  const revision = await state.restore();
  if (revision !== undefined) await caughtUp(servers, revision);
}

/** Waits until the caches of the API server, which follow etcd, hold a revision. */
async function caughtUp({ controlPlane }: StartedServers, revision: string): Promise<void> {
  const query = `limit=1&resourceVersionMatch=NotOlderThan&resourceVersion=${revision}`;
  await Promise.all(
    READ_FROM_CACHES.map(async (path) =>
      expectSuccess(await controlPlane.admin.request('GET', `${path}?${query}`)),
    ),
  );
}
