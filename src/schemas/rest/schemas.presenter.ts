import type { Page } from '../../core/page.js';
import { successStatus } from '../../core/success-status.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import type { SchemaView } from '../domain/schema-view.js';
import type { WrittenSchema } from '../schemas.service.js';

/** Answers with a page of schemas. */
export function schemaPage({ items, ...rest }: Page<SchemaView>): Answer {
  return jsonPage({ items: items.map(bodyOf), ...rest });
}

/** Answers with a schema and the validator of its spec. */
export function schemaAnswer(view: SchemaView): Answer {
  return json(200, bodyOf(view), { etag: view.etag });
}

/** Answers a write with the schema; a dry run has no state for a validator. */
export function writtenSchema(
  { view, created }: WrittenSchema,
  { dryRun }: { readonly dryRun: boolean },
): Answer {
  const status = created ? successStatus.created : successStatus.ok;
  return json(status, bodyOf(view), dryRun ? {} : { etag: view.etag });
}

function bodyOf({ name, spec, readOnly }: SchemaView): object {
  return { name, ...spec, ...readOnly };
}
