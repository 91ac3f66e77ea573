import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import {
  type AnchorCall,
  AnchorFailed,
  type AnchorPut,
  type ReadableAnchor,
  isThere,
} from './anchor.js';
import type { AnchorConfigMap, AnchorConfigMaps } from './anchor-config-map.js';
import { type AnchoredTree, anchoredTree, isSameTree } from './domain/anchored-tree.js';

const ENTRY = 'checkpoint';
const ATTEMPTS_MAX = 5;

/** Keeps the newest checkpoint in a ConfigMap: a smaller one never takes a larger one's place. */
export class ConfigMapAnchor implements ReadableAnchor {
  readonly place: string;
  readonly #maps: AnchorConfigMaps;

  constructor(
    { namespace, name }: { readonly namespace: string; readonly name: string },
    maps: AnchorConfigMaps,
  ) {
    this.place = `configMap:${namespace}/${name}`;
    this.#maps = maps;
  }

  async put(checkpoint: StoredCheckpoint, options: AnchorPut): Promise<void> {
    const { signal, accepted } = options;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const map = await this.#read(signal);
      if (map === undefined) throw new AnchorFailed('there is no such ConfigMap');
      if (await isThere(heldIn(map, accepted), checkpoint, options)) return;
      const data = { [ENTRY]: checkpoint.note };
      if (await this.#write(data, map.resourceVersion, signal)) return;
    }
    throw new AnchorFailed('it was changed by somebody else again and again');
  }

  async held({ signal, accepted }: AnchorCall): Promise<readonly AnchoredTree[]> {
    const map = await this.#read(signal);
    const tree = map && heldIn(map, accepted);
    return tree === undefined ? [] : [tree];
  }

  #read(signal: AbortSignal): Promise<AnchorConfigMap | undefined> {
    return ofCluster(() => this.#maps.read(signal));
  }

  #write(
    data: Readonly<Record<string, string>>,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    return ofCluster(() => this.#maps.write(data, resourceVersion, signal));
  }
}

function heldIn(
  { data }: AnchorConfigMap,
  accepted: readonly AnchoredTree[],
): AnchoredTree | undefined {
  const tree = anchoredTree(data[ENTRY] ?? '');
  return tree && accepted.some((one) => isSameTree(one, tree)) ? undefined : tree;
}

async function ofCluster<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new AnchorFailed(reasonOf(error), { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof SallyportError)) return 'the cluster cannot be asked';
  return error.isInstallationFault
    ? 'the gateway may not get and patch it, see deploy/rbac'
    : `the cluster does not let it be used (${error.code})`;
}
