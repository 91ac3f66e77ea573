import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { NoteVerifier } from '../log/domain/note-key.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import {
  type AnchorBefore,
  type AnchorCall,
  AnchorFailed,
  type AnchorPut,
  AnchorUnread,
  type ReadableAnchor,
  isThere,
} from './anchor.js';
import type { AnchorConfigMap, AnchorConfigMaps } from './anchor-config-map.js';
import type { AnchorReading } from './domain/anchor-search.js';
import { type AnchoredNote, anchoredNote } from './domain/anchored-tree.js';
import { heldNotes } from './domain/given-up.js';

const ENTRY = 'checkpoint';
const ATTEMPTS_MAX = 5;

/** Anchor of the newest checkpoint in a ConfigMap: a smaller checkpoint never replaces a larger. */
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

  async put(checkpoint: StoredCheckpoint, options: AnchorPut): Promise<AnchorBefore> {
    const { signal } = options;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const map = await this.#read(signal);
      if (map === undefined) throw new AnchorFailed('there is no such ConfigMap');
      const held = heldIn(map, options);
      const [largest] = held;
      const before = largest === undefined ? {} : { largest };
      if (await isThere(held, checkpoint, options)) return before;
      const data = { [ENTRY]: checkpoint.note };
      if (await this.#write(data, map.resourceVersion, signal)) return before;
    }
    throw new AnchorFailed('it was changed by somebody else again and again');
  }

  async held(call: AnchorCall): Promise<AnchorReading> {
    const map = await this.#read(call.signal);
    return { notes: map === undefined ? [] : heldIn(map, call) };
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

/** Throws AnchorUnread for an entry that is not a checkpoint: it stays for an operator to check. */
function heldIn(
  { data }: AnchorConfigMap,
  { accepted, verifiers }: Pick<AnchorCall, 'accepted' | 'verifiers'>,
): readonly AnchoredNote[] {
  const text = data[ENTRY] ?? '';
  if (text === '') return [];
  const note = noteIn(text, verifiers);
  if (note === undefined) throw new AnchorUnread();
  return heldNotes([note], accepted);
}

function noteIn(text: string, verifiers: readonly NoteVerifier[]): AnchoredNote | undefined {
  return text.length > limits.auditAnchorRecordBytesMax ? undefined : anchoredNote(text, verifiers);
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
