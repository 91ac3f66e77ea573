import type { Change, ObjectPath } from '../model/object-reader.js';
import { parseObject } from '../store/object-text.js';
import { fromPath, pathOf } from '../store/storage-path.js';
import { OWNERS_MARK } from './object-marks.js';

/** Index of dependents by the uids of their owners. */
export class OwnerIndex {
  /** Dependents as keys, which take less memory than paths. */
  readonly #dependents = new Map<string, Set<string>>();

  /** Records one change, or an object that existed at the start. */
  follow(change: Pick<Change, 'resource' | 'namespace' | 'name' | 'previous' | 'type' | 'object'>) {
    const key = keyOf(change);
    const before = ownersOf(change.previous);
    const after = change.type === 'DELETED' ? [] : ownersOf(change.object);
    for (const uid of before) if (!after.includes(uid)) this.#remove(uid, key);
    for (const uid of after) this.#add(uid, key);
  }

  dependentsOf(uid: string): readonly ObjectPath[] {
    return [...(this.#dependents.get(uid) ?? [])].map(pathOfKey);
  }

  #add(uid: string, key: string): void {
    const known = this.#dependents.get(uid) ?? new Set<string>();
    known.add(key);
    this.#dependents.set(uid, known);
  }

  #remove(uid: string, key: string): void {
    const known = this.#dependents.get(uid);
    known?.delete(key);
    if (known?.size === 0) this.#dependents.delete(uid);
  }
}

/** Returns a path as one text; resources contain no blank. */
export function keyOf(path: ObjectPath): string {
  return `${path.resource} ${pathOf(path)}`;
}

export function pathOfKey(key: string): ObjectPath {
  const blank = key.indexOf(' ');
  return fromPath(key.slice(0, blank), key.slice(blank + 1));
}

/** Returns the uids in `metadata.ownerReferences`; does not parse an object without the mark. */
export function ownersOf(text: string | undefined): readonly string[] {
  if (text?.includes(OWNERS_MARK) !== true) return [];
  const references = parseObject(text).metadata.ownerReferences ?? [];
  return references.flatMap(({ uid }) => (typeof uid === 'string' ? [uid] : []));
}
