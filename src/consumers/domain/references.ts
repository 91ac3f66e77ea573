/** How a Pod takes a Secret, in the order in which it is shown. */
export const consumerUses = ['env', 'volume', 'subPath', 'imagePull'] as const;

export type ConsumerUse = (typeof consumerUses)[number];

/** What of a Pod, or of the template of one, is about Secrets: their names. */
export interface PodSpec {
  /** Also those that initialise, and those that somebody added to a running Pod. */
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
  /** Those whose keys are its files. */
  readonly fileSecrets: readonly string[];
  /** Those that its driver was given to mount it. */
  readonly driverSecrets: readonly string[];
}

/** How a Pod takes one Secret, and what has to happen before it has another value. */
export interface References {
  readonly uses: readonly ConsumerUse[];
  /** Containers that read it into their environment as they start. */
  readonly envContainers: readonly string[];
  /** Containers that see its files as they were at their start. */
  readonly subPathContainers: readonly string[];
  /** Files that the kubelet keeps up to date. */
  readonly hasFiles: boolean;
  /** A driver has it from the time of the mount: only a new Pod mounts again. */
  readonly isMountedOnce: boolean;
}

/** Undefined where the Pod does not reference the Secret. */
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
  // The kubelet writes a volume that nobody mounts all the same.
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
