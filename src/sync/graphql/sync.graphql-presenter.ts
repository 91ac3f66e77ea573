import { encodeCursor, type Page } from '../../core/page.js';
import { toConnection } from '../../platform/graphql/connection.js';
import { objectId } from '../../platform/graphql/object-id.js';
import { syncSpecSchema } from '../domain/sync-spec.js';
import type { SyncView } from '../domain/sync-view.js';
import type { SecretSync, SyncSpecObject } from './sync.objects.js';

/** Presents a sync; the plan of a dry run has another id, and no tag. */
export function presentSync(
  namespace: string,
  view: SyncView,
  { isPlan = false } = {},
): SecretSync {
  const { name, readOnly } = view;
  const id = isPlan ? objectId('SecretSync', namespace, name, 'dryRun') : syncId(namespace, name);
  const etag = isPlan ? null : view.etag;
  return { id, namespace, name, spec: specOf(view), etag, ...readOnly };
}

export function presentSyncs(namespace: string, page: Page<SyncView>) {
  return toConnection(page, (view) => ({
    cursor: encodeCursor({ after: view.name }),
    node: presentSync(namespace, view),
  }));
}

export function syncId(namespace: string, name: string): string {
  return objectId('SecretSync', namespace, name);
}

function specOf(view: SyncView): SyncSpecObject | null {
  const { data: spec } = syncSpecSchema.safeParse(view.spec);
  if (spec === undefined) return null;
  const { name, format, takeOverFrom = null } = spec.remote;
  return {
    ...spec,
    remote: { name, format, takeOverFrom },
    keys: spec.keys?.map(({ name: key, remote = null }) => ({ name: key, remote })) ?? null,
    adopt: spec.adopt ?? null,
  };
}
