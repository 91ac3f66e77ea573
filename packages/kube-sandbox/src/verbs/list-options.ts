import { invalid, type StatusCause } from '../model/api-status.js';
import type { KubeObject } from '../model/kube-object.js';
import { forbiddenField, notSupported } from '../registry/field-errors.js';
import { type FieldSelector, parseFieldSelector } from '../selectors/field-selector.js';
import { fieldTerms } from '../selectors/field-terms.js';
import { parseLabelSelector } from '../selectors/label-selector.js';
import { isTrue, wholeNumber } from './query-values.js';
import type { ResourceRequest } from './resource-request.js';

/** Options of lists, watches and deletions of collections. */
export interface ListOptions {
  /** 0: no limit. */
  readonly limit: number;
  /** 0: the server chooses. */
  readonly timeoutSeconds: number;
  readonly resourceVersion: string;
  readonly match: string;
  readonly continueText: string;
  /** Undefined: not specified. */
  readonly sendInitialEvents: boolean | undefined;
  readonly allowWatchBookmarks: boolean;
  readonly byFields: FieldSelector | undefined;
  /** Undefined: everything is selected. */
  readonly selects: ((object: KubeObject) => boolean) | undefined;
}

const MATCH = 'resourceVersionMatch';
const NOT_OLDER = 'NotOlderThan';

/**
 * Reads and checks the query; throws 400 and 422 in the API server's order.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list
 */
export function listOptions({ query, definition }: ResourceRequest): ListOptions {
  const timeoutSeconds = wholeNumber(query, 'timeoutSeconds') ?? 0;
  const limit = wholeNumber(query, 'limit') ?? 0;
  const byLabels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fieldSelector = query.get('fieldSelector') ?? '';
  // The selector's syntax is checked before the other options, its fields after them.
  fieldTerms(fieldSelector);
  const isWatch = isTrue(query.get('watch'));
  const options = withDefaults(query, isWatch);
  const causes = isWatch ? watchCauses(options) : listCauses(options);
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
  const byFields = parseFieldSelector(fieldSelector, definition);
  const selects = (object: KubeObject) =>
    (byLabels?.(object.metadata.labels ?? {}) ?? true) && (byFields?.matches(object) ?? true);
  return {
    ...options,
    limit,
    timeoutSeconds,
    byFields,
    selects: byLabels || byFields ? selects : undefined,
  };
}

type Plain = Pick<
  ListOptions,
  'resourceVersion' | 'match' | 'continueText' | 'sendInitialEvents' | 'allowWatchBookmarks'
>;

/** A watch without a resourceVersion begins with the existing objects. */
function withDefaults(query: URLSearchParams, isWatch: boolean): Plain {
  const given = query.get('sendInitialEvents');
  const resourceVersion = query.get('resourceVersion') ?? '';
  const options = {
    resourceVersion,
    match: query.get(MATCH) ?? '',
    continueText: query.get('continue') ?? '',
    sendInitialEvents: given === null ? undefined : isTrue(given),
    allowWatchBookmarks: isTrue(query.get('allowWatchBookmarks')),
  };
  const isFromAny = resourceVersion === '' || resourceVersion === '0';
  if (!isWatch || !isFromAny || given !== null || options.match !== '') return options;
  return { ...options, sendInitialEvents: true, match: NOT_OLDER };
}

function listCauses(options: Plain): readonly StatusCause[] {
  const { match, resourceVersion, continueText, sendInitialEvents } = options;
  const isUnknown = match !== 'Exact' && match !== NOT_OLDER;
  return [
    ...when(match !== '' && resourceVersion === '', () =>
      forbiddenField(MATCH, `${MATCH} is forbidden unless resourceVersion is provided`),
    ),
    ...when(match !== '' && continueText !== '', continueCause),
    ...when(match !== '' && isUnknown, () => notSupported(MATCH, match, ['Exact', NOT_OLDER, ''])),
    ...when(match === 'Exact' && resourceVersion === '0', () =>
      forbiddenField(MATCH, `${MATCH} "exact" is forbidden for resourceVersion "0"`),
    ),
    ...when(sendInitialEvents !== undefined, () =>
      forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'),
    ),
  ];
}

function watchCauses({ match, continueText, sendInitialEvents }: Plain): readonly StatusCause[] {
  const isOther = match !== NOT_OLDER;
  return [
    ...when(sendInitialEvents !== undefined && isOther, () =>
      forbiddenField(MATCH, `sendInitialEvents requires setting ${MATCH} to ${NOT_OLDER}`),
    ),
    ...when(match !== '' && sendInitialEvents === undefined, () =>
      forbiddenField(MATCH, `${MATCH} is forbidden for watch unless sendInitialEvents is provided`),
    ),
    ...when(match !== '' && isOther, () => notSupported(MATCH, match, [NOT_OLDER])),
    ...when(match !== '' && continueText !== '', continueCause),
  ];
}

function continueCause(): StatusCause {
  return forbiddenField(MATCH, `${MATCH} is forbidden when continue is provided`);
}

function when(holds: boolean, cause: () => StatusCause): readonly StatusCause[] {
  return holds ? [cause()] : [];
}
