import { encodeCursor, type Page } from '../../core/page.js';
import { toConnection } from '../../platform/graphql/connection.js';
import { objectId } from '../../platform/graphql/object-id.js';
import { cursorAfterOffer } from '../domain/offer-page.js';
import type { OfferedShare } from '../domain/offer.js';
import { importSpecSchema } from '../domain/import-spec.js';
import { shareSpecSchema } from '../domain/share-spec.js';
import type { ImportView, ShareView } from '../domain/share-view.js';
import type { SecretImport, SecretImportSummary } from './import.objects.js';
import type { OfferedShareObject } from './offered-share.objects.js';
import type { SecretShare } from './share.objects.js';

/** Presents a share; the plan of a dry run has another id, and no tag. */
export function presentShare(
  namespace: string,
  view: ShareView,
  { isPlan = false } = {},
): SecretShare {
  const { name, readOnly } = view;
  const { data: spec } = shareSpecSchema.safeParse(view.spec);
  const shown = spec && {
    ...spec,
    to: spec.to.map(({ namespaceUID = null, subjects = null, ...rest }) => ({
      ...rest,
      namespaceUID,
      subjects,
    })),
    expiresAt: spec.expiresAt ?? null,
    adopt: spec.adopt ?? null,
  };
  const id = isPlan ? objectId('SecretShare', namespace, name, 'dryRun') : shareId(namespace, name);
  return { id, namespace, name, spec: shown ?? null, etag: isPlan ? null : view.etag, ...readOnly };
}

export function presentImport(namespace: string, view: ImportView): SecretImport {
  const { name, etag } = view;
  return { id: importId(namespace, name), ...importMembers(namespace, view), etag };
}

/** Presents an import after a write; the plan of a dry run has another id, and no tag. */
export function presentWrittenImport(
  namespace: string,
  view: ImportView,
  { isPlan = false } = {},
): SecretImportSummary {
  const { name } = view;
  const id = objectId('SecretImportSummary', namespace, name, ...(isPlan ? ['dryRun'] : []));
  return { id, ...importMembers(namespace, view), etag: isPlan ? null : view.etag };
}

export function shareId(namespace: string, name: string): string {
  return objectId('SecretShare', namespace, name);
}

export function importId(namespace: string, name: string): string {
  return objectId('SecretImport', namespace, name);
}

export function presentShares(namespace: string, page: Page<ShareView>) {
  return toConnection(page, (view) => ({
    cursor: cursorAfter(view),
    node: presentShare(namespace, view),
  }));
}

export function presentImports(namespace: string, page: Page<ImportView>) {
  return toConnection(page, (view) => ({
    cursor: cursorAfter(view),
    node: presentImport(namespace, view),
  }));
}

export function presentOffer(namespace: string, offer: OfferedShare): OfferedShareObject {
  const { from } = offer;
  return { id: objectId('OfferedShare', namespace, from.namespace, from.share), ...offer };
}

export function presentOffers(namespace: string, page: Page<OfferedShare>) {
  return toConnection(page, (offer) => ({
    cursor: cursorAfterOffer(offer),
    node: presentOffer(namespace, offer),
  }));
}

function importMembers(namespace: string, view: ImportView) {
  const { name, readOnly } = view;
  const { data: spec } = importSpecSchema.safeParse(view.spec);
  const shown = spec && {
    ...spec,
    keys: spec.keys?.map(({ name: key, as = null }) => ({ name: key, as })) ?? null,
    target: spec.target ?? null,
    adopt: spec.adopt ?? null,
  };
  return { namespace, name, spec: shown ?? null, ...readOnly };
}

function cursorAfter({ name }: { readonly name: string }): string {
  return encodeCursor({ after: name });
}
