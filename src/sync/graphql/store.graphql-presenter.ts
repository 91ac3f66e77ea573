import { encodeCursor, type Page } from '../../core/page.js';
import { toConnection } from '../../platform/graphql/connection.js';
import { objectId } from '../../platform/graphql/object-id.js';
import { storeSpecOf, storeSpecSchema } from '../domain/store-spec.js';
import type { StoreView } from '../domain/sync-view.js';
import type { ExternalStore, StoreSpecObject } from './store.objects.js';

/** Presents a store; the plan of a dry run has another id, and no tag. */
export function presentStore(view: StoreView, { isPlan = false } = {}): ExternalStore {
  const { name, readOnly } = view;
  const id = isPlan ? objectId('ExternalStore', name, 'dryRun') : storeId(name);
  return { id, name, spec: specOf(view), etag: isPlan ? null : view.etag, ...readOnly };
}

export function presentStores(page: Page<StoreView>) {
  return toConnection(page, (view) => ({
    cursor: encodeCursor({ after: view.name }),
    node: presentStore(view),
  }));
}

export function storeId(name: string): string {
  return objectId('ExternalStore', name);
}

function specOf(view: StoreView): StoreSpecObject | null {
  const { data: spec } = storeSpecSchema.safeParse(view.spec);
  return spec === undefined ? null : storeSpecOf(spec);
}
