import type { ObjectStore } from '../store/object-store.js';
import { bounds } from '../store/sandbox-bounds.js';
import { fromPath } from '../store/storage-path.js';
import { markDeleted } from './mark-deleted.js';

/** Remaining steps of one run; objects that finalizers block cost none. */
export interface Turn {
  steps: number;
}

export function newTurn(): Turn {
  return { steps: bounds.controllerStepsPerTurn };
}

/**
 * Deletes the objects of a resource, optionally of one namespace, as far as finalizers and the
 * remaining steps allow.
 */
export function deleteAll(
  { store, nowMs }: { readonly store: ObjectStore; readonly nowMs: () => number },
  resource: string,
  namespace: string,
  turn: Turn,
): void {
  const limit = bounds.controllerStepsPerTurn;
  let after: string | undefined;
  do {
    const range = { resource, namespace, limit, ...(after !== undefined && { after }) };
    const paths = store.paths(range);
    for (const path of paths) {
      if (turn.steps <= 0) return;
      const location = fromPath(resource, path);
      const object = store.get(location);
      if (object && markDeleted(store, location, object, nowMs())) turn.steps -= 1;
    }
    after = paths.length < limit ? undefined : paths.at(-1);
  } while (after !== undefined);
}
