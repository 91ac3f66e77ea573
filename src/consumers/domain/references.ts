/** Ways a Pod uses a Secret, in the order of their presentation. */
export const consumerUses = ['env', 'volume', 'subPath', 'imagePull'] as const;

export type ConsumerUse = (typeof consumerUses)[number];

/** Names of Secrets in a Pod, or in a Pod template. */
export interface PodSpec {
  /** Includes init containers, and containers that were added to a running Pod. */
  readonly containers: readonly PodContainer[];
  readonly volumes: readonly PodVolume[];
  readonly imagePullSecrets: readonly string[];
}

export interface PodContainer {
  /** Unique in its Pod. */
  readonly name: string;
  readonly envSecrets: readonly string[];
  readonly mounts: readonly { readonly volume: string; readonly isSubPath: boolean }[];
}

export interface PodVolume {
  readonly name: string;
  /** Secrets whose keys are mounted as files. */
  readonly fileSecrets: readonly string[];
  /** Secrets that its driver received to mount it. */
  readonly driverSecrets: readonly string[];
}

/** Uses of one Secret by a Pod, and what must happen before it has another value. */
export interface References {
  readonly uses: readonly ConsumerUse[];
  /** Containers that read it into their environment as they start. */
  readonly envContainers: readonly string[];
  /** Containers that have its files as they were at their start. */
  readonly subPathContainers: readonly string[];
  /** Whether it has files that the kubelet updates. */
  readonly hasFiles: boolean;
  /** Whether a driver has it from the time of the mount: only a new Pod mounts again. */
  readonly isMountedOnce: boolean;
}

/** Returns the references; undefined if the Pod does not reference the Secret. */
export function referencesOf(spec: PodSpec, secret: string): References | undefined {
  const { containers, volumes, imagePullSecrets } = spec;
  const files = volumes.filter(({ fileSecrets }) => fileSecrets.includes(secret));
  const filesOf = new Set(files.map(({ name }) => name));
  const mountedIn = (container: PodContainer, asSubPath: boolean): boolean =>
    container.mounts.some(
      ({ volume, isSubPath }) => isSubPath === asSubPath && filesOf.has(volume),
    );
  const envs = containers.filter(({ envSecrets }) => envSecrets.includes(secret));
  const subPaths = containers.filter((container) => mountedIn(container, true));
  const hasWhole = containers.some((container) => mountedIn(container, false));
  // The kubelet writes a volume even if no container mounts it.
  const hasFiles = hasWhole || (filesOf.size > 0 && subPaths.length === 0);
  const isMountedOnce = volumes.some(({ driverSecrets }) => driverSecrets.includes(secret));
  const isUsed: Readonly<Record<ConsumerUse, boolean>> = {
    env: envs.length > 0,
    volume: hasFiles || isMountedOnce,
    subPath: subPaths.length > 0,
    imagePull: imagePullSecrets.includes(secret),
  };
  const uses = consumerUses.filter((use) => isUsed[use]);
  if (uses.length === 0) return undefined;
  const envContainers = envs.map(({ name }) => name);
  const subPathContainers = subPaths.map(({ name }) => name);
  return { uses, envContainers, subPathContainers, hasFiles, isMountedOnce };
}
