import type { Page } from '../../core/page.js';
import { successStatus } from '../../core/success-status.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import type { EnvironmentView } from '../domain/environment-view.js';
import type { WrittenEnvironment } from '../environments.service.js';

export function presentEnvironment(view: EnvironmentView): Answer {
  return json(200, bodyOf(view), { etag: view.etag });
}

export function presentEnvironments({ items, ...rest }: Page<EnvironmentView>): Answer {
  return jsonPage({ items: items.map(bodyOf), ...rest });
}

/** Renders a written definition; a dry run has no state for a tag. */
export function presentWritten({ view, created }: WrittenEnvironment, isDryRun: boolean): Answer {
  const status = created ? successStatus.created : successStatus.ok;
  return json(status, bodyOf(view), isDryRun ? {} : { etag: view.etag });
}

function bodyOf({ name, spec, problems }: EnvironmentView): object {
  return { name, ...spec, problems };
}
