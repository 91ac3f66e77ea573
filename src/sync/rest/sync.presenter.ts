import type { Page } from '../../core/page.js';
import { successStatus } from '../../core/success-status.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import type { StoreView, SyncRunView, SyncView } from '../domain/sync-view.js';
import type { Written } from '../sync-policies.js';

type View = SyncView | StoreView;

export function presentView(view: View): Answer {
  return json(200, bodyOf(view), { etag: view.etag });
}

/** Renders a written object; a dry run has no state for a tag. */
export function presentWritten({ view, created }: Written<View>, isDryRun: boolean): Answer {
  const status = created ? successStatus.created : successStatus.ok;
  return json(status, bodyOf(view), isDryRun ? {} : { etag: view.etag });
}

export function presentPage({ items, ...rest }: Page<View>): Answer {
  return jsonPage({ items: items.map(bodyOf), ...rest });
}

export function presentRun(run: SyncRunView): Answer {
  return json(200, run);
}

function bodyOf({ name, spec, readOnly }: View): object {
  return { name, ...spec, ...readOnly };
}
