import type { Change, ObjectPath } from '../model/object-reader.js';
import { parseObject } from '../store/object-text.js';
import { pathOf } from '../store/storage-path.js';

/** Which objects name which owners, by the owners' uids. */
export class OwnerIndex {
  readonly #dependents = new Map<string, Map<string, ObjectPath>>();

  /** Takes in one change, or an object that was there from the start. */
  follow(change: Pick<Change, 'resource' | 'namespace' | 'name' | 'previous' | 'type' | 'object'>) {
    const path = { resource: change.resource, namespace: change.namespace, name: change.name };
    const before = ownersOf(change.previous);
    const after = change.type === 'DELETED' ? [] : ownersOf(change.object);
    for (const uid of before) if (!after.includes(uid)) this.#remove(uid, path);
    for (const uid of after) this.#add(uid, path);
  }

  dependentsOf(uid: string): readonly ObjectPath[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  #add(uid: string, path: ObjectPath): void {
    const known = this.#dependents.get(uid) ?? new Map<string, ObjectPath>();
    known.set(keyOf(path), path);
    this.#dependents.set(uid, known);
  }

  #remove(uid: string, path: ObjectPath): void {
    const known = this.#dependents.get(uid);
    known?.delete(keyOf(path));
    if (known?.size === 0) this.#dependents.delete(uid);
  }
}

function keyOf(path: ObjectPath): string {
  return `${path.resource} ${pathOf(path)}`;
}

/** Uids in `metadata.ownerReferences`; most objects have none, which their text shows at once. */
export function ownersOf(text: string | undefined): readonly string[] {
  if (text?.includes('"ownerReferences":[') !== true) return [];
  const references = parseObject(text).metadata.ownerReferences ?? [];
  return references.flatMap(({ uid }) => (typeof uid === 'string' ? [uid] : []));
}
