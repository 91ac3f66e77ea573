import type { Page } from '../../core/page.js';
import { successStatus } from '../../core/success-status.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import type { OfferedShare } from '../domain/offer.js';
import type { ImportView, ShareView } from '../domain/share-view.js';
import type { Written } from '../share-policies.js';

type View = ShareView | ImportView;

export function presentView(view: View): Answer {
  return json(200, bodyOf(view), { etag: view.etag });
}

/** Renders a revoked share, without a tag. */
export function presentRevoked(view: ShareView): Answer {
  return json(200, bodyOf(view));
}

/** Renders a written object; a dry run has no state for a tag. */
export function presentWritten({ view, created }: Written<View>, isDryRun: boolean): Answer {
  const status = created ? successStatus.created : successStatus.ok;
  return json(status, bodyOf(view), isDryRun ? {} : { etag: view.etag });
}

export function presentPage({ items, ...rest }: Page<View>): Answer {
  return jsonPage({ items: items.map(bodyOf), ...rest });
}

export function presentOffers(page: Page<OfferedShare>): Answer {
  return jsonPage(page);
}

function bodyOf({ name, spec, readOnly }: View): object {
  return { name, ...spec, ...readOnly };
}
