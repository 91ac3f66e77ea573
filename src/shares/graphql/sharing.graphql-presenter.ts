import { encodeCursor, type Page } from '../../core/page.js';
import { toConnection } from '../../platform/graphql/connection.js';
import { objectId } from '../../platform/graphql/object-id.js';
import { cursorAfterOffer } from '../domain/offer-page.js';
import type { OfferedShare } from '../domain/offer.js';
import { importSpecSchema } from '../domain/import-spec.js';
import { shareSpecSchema } from '../domain/share-spec.js';
import type { ImportView, ShareView } from '../domain/share-view.js';
import type { SecretImport } from './import.objects.js';
import type { OfferedShareObject } from './offered-share.objects.js';
import type { SecretShare } from './share.objects.js';

export function presentShare(namespace: string, view: ShareView): SecretShare {
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
  const id = objectId('SecretShare', namespace, name);
  return { id, namespace, name, spec: shown ?? null, ...readOnly };
}

export function presentImport(namespace: string, view: ImportView): SecretImport {
  const { name, readOnly } = view;
  const { data: spec } = importSpecSchema.safeParse(view.spec);
  const shown = spec && {
    ...spec,
    keys: spec.keys?.map(({ name: key, as = null }) => ({ name: key, as })) ?? null,
    target: spec.target ?? null,
    adopt: spec.adopt ?? null,
  };
  const id = objectId('SecretImport', namespace, name);
  return { id, namespace, name, spec: shown ?? null, ...readOnly };
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

function cursorAfter({ name }: { readonly name: string }): string {
  return encodeCursor({ after: name });
}
