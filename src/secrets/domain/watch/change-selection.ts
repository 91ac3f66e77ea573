import { showsSecret } from '../../../access/domain/scope-refusal.js';
import { badRequest } from '../../../core/errors/sallyport-error.js';
import { limits } from '../../../core/limits.js';
import type { TokenScope } from '../../../core/token-scope.js';
import type { ChangeRequest } from '../../watch/change-stream.js';
import type { CacheQuery } from '../cache/secret-cache.js';
import type { SecretChange } from '../cache/change-log.js';
import { parseFieldSelector } from '../field-selector.js';
import { parseLabelSelector } from '../label-selector.js';
import type { MetadataBody } from '../read-body.js';

/** Fields of a Secret that decide whether a stream includes it. */
export type Selectable = Pick<MetadataBody, 'namespace' | 'name' | 'type' | 'labels'>;

/** Selection of Secrets in a stream. */
export interface ChangeSelection {
  /** Single name that it can be about. */
  readonly name: string | undefined;
  /** Selection for lists of the cache. */
  readonly query: Pick<CacheQuery, 'labelSelector' | 'fieldSelector' | 'shows'>;
  matches(secret: Selectable): boolean;
}

/** Throws BadRequest for selectors that are invalid, or too large to check at each change. */
export function parseChangeSelection(
  request: ChangeRequest,
  scope: TokenScope | undefined,
): ChangeSelection {
  const { labelSelector, fieldSelector } = request;
  const labels = labelSelector === undefined ? undefined : parseLabelSelector(labelSelector);
  if (labels?.isSimple === false) throw tooManyRequirements();
  const fields = fieldSelector === undefined ? undefined : parseFieldSelector(fieldSelector);
  const name = request.name ?? fields?.name;
  const shows = (its: string): boolean =>
    (name === undefined || its === name) && showsSecret(scope, its);
  return {
    name,
    query: { labelSelector, fieldSelector, shows },
    matches: (secret) =>
      shows(secret.name) &&
      labels?.matches(secret.labels) !== false &&
      fields?.matches(secret) !== false,
  };
}

function tooManyRequirements() {
  const { labelRequirementsMax, labelRequirementValuesMax } = limits;
  return badRequest(
    `labelSelector of a stream may have at most ${labelRequirementsMax} requirements, ` +
      `with ${labelRequirementValuesMax} values in all`,
  );
}

/** Classifies a change for a viewer of the selection only; undefined if it is not visible. */
export function kindOfChange(
  selection: Pick<ChangeSelection, 'matches'>,
  { before, after }: Pick<SecretChange, 'before' | 'after'>,
): 'added' | 'modified' | 'deleted' | undefined {
  const was = before !== undefined && selection.matches(before);
  const is = after !== undefined && selection.matches(after);
  if (is) return was ? 'modified' : 'added';
  return was ? 'deleted' : undefined;
}
