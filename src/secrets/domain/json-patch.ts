import { type FieldError, SallyportError, invalidAt } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import { refuseIfAny } from './field-errors.js';
import { escapeSegment } from './json-pointer.js';
import { KeyEffects } from './json-patch-effects.js';
import { type PatchMap, type PatchOperation, parseOperation } from './json-patch-operation.js';
import type { SecretData } from './secret.js';
import type { SecretPatch } from './secret.store.js';
import { refuseTooLarge } from './value-map.js';

export interface JsonPatchPlan {
  readonly patch: Extract<SecretPatch, { kind: 'json' }>;
  /** Names of keys that an operation names, sorted. */
  readonly touched: readonly string[];
  /** Keys that are absent afterwards, whatever was there before. */
  readonly removed: readonly string[];
  /** Keys whose value a `test` or `copy` reveals: the caller needs `get` on each. */
  readonly read: readonly string[];
  /** Keys whose values, which the patch does not give, it brings under other keys. */
  readonly carried: readonly string[];
  /** Whether a `test` reveals facts about labels or annotations. */
  readonly readsMetadata: boolean;
  /** Keys given by the patch itself, for warnings. */
  readonly set: SecretData;
  /** Maps that the patch adds to; the API server refuses to add to an absent one. */
  readonly maps: readonly PatchMap[];
}

/** The API server's own: `maxJSONPatchOperations`. */
const operationsMax = 10_000;
const upstreamMaps = {
  data: '/data',
  labels: '/metadata/labels',
  annotations: '/metadata/annotations',
} as const satisfies Record<PatchMap, string>;

/**
 * Plans RFC 6902 over `/stringData/K` and `/data/K` (the same key), `/labels/L` and
 * `/annotations/A`, as one Kubernetes JSON patch with equal operations in equal order. Throws
 * Invalid with every broken rule, or TooLarge.
 */
export function planJsonPatch(body: unknown): JsonPatchPlan {
  if (!Array.isArray(body)) throw invalidAt('', 'must be an array of operations');
  if (body.length > operationsMax) {
    throw new SallyportError('TooLarge', `a patch has at most ${operationsMax} operations`);
  }
  const errors: FieldError[] = [];
  const operations = body.flatMap((raw: unknown, index) => {
    const operation = parseOperation(raw, index, errors);
    return operation === undefined ? [] : [operation];
  });
  refuseIfAny(errors);
  const effects = new KeyEffects();
  for (const operation of operations) effects.apply(operation);
  const summary = effects.summary();
  refuseTooLarge(summary.set.values());
  const adding = operations.filter(({ op }) => op === 'add' || op === 'copy' || op === 'move');
  return {
    patch: { kind: 'json', operations: operations.map(upstreamOperation) },
    ...summary,
    readsMetadata: operations.some(({ op, path }) => op === 'test' && path.map !== 'data'),
    maps: [...new Set(adding.map(({ path }) => path.map))],
  };
}

/**
 * Returns the patch with a guarded creation of these maps in front, to retry a patch that failed
 * because they are absent. The guard fails if the map has appeared meanwhile, so nothing is lost.
 */
export function withMapsCreated(
  patch: JsonPatchPlan['patch'],
  maps: readonly PatchMap[],
): JsonPatchPlan['patch'] {
  const guarded = maps.flatMap((map) => [
    { op: 'test', path: upstreamMaps[map], value: null },
    { op: 'add', path: upstreamMaps[map], value: {} },
  ]);
  return { kind: 'json', operations: [...guarded, ...patch.operations] };
}

function upstreamOperation({ op, path, from, value }: PatchOperation) {
  return {
    op,
    ...(from === undefined ? {} : { from: upstreamPath(from) }),
    path: upstreamPath(path),
    ...(value === undefined ? {} : { value: isSecret(value) ? value.revealBase64() : value }),
  };
}

function upstreamPath({ map, key }: PatchOperation['path']): string {
  return `${upstreamMaps[map]}/${escapeSegment(key)}`;
}

function isSecret(value: PatchOperation['value']): value is SecretValue {
  return typeof value === 'object';
}
