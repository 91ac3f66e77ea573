import { invalid, type StatusCause } from '../model/api-status.js';
import { isJsonObject, type JsonObject } from '../model/kube-object.js';
import type { SchemaSource } from '../model/schema-node.js';
import { protobufToDeleteOptions } from '../protobuf/decode-protobuf.js';
import { invalidValue, notSupported } from '../registry/field-errors.js';
import { decodeDeleteOptions } from '../schema/decode-delete-options.js';
import { isTrue, wholeNumber } from './query-values.js';
import { PROTOBUF, textOfBody } from './request-text.js';
import type { ResourceRequest } from './resource-request.js';
import { dryRunCauses } from './write-options.js';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface DeleteOptions {
  readonly isDryRun: boolean;
  readonly propagation?: Propagation | undefined;
  /** Older form of `propagation`. */
  readonly orphanDependents?: boolean | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

const supported = ['Foreground', 'Background', 'Orphan', 'nil'];
const optionsType = { group: '', version: 'v1', kind: 'DeleteOptions' } as const;

/** Reads the options from the body, or from the query without a body; throws 400, 415 and 422. */
export function deleteOptions(request: ResourceRequest, schemas: SchemaSource): DeleteOptions {
  const given = request.body.length === 0 ? fromQuery(request.query) : fromBody(request, schemas);
  const { preconditions, orphanDependents, gracePeriodSeconds: seconds } = given;
  const { uid, resourceVersion } = isJsonObject(preconditions) ? preconditions : {};
  const dryRun = Array.isArray(given['dryRun']) ? given['dryRun'].map(String) : [];
  const policy = given['propagationPolicy'] ?? undefined;
  const causes = [...policyCauses(policy, orphanDependents), ...dryRunCauses(dryRun)];
  if (causes.length > 0) {
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', causes);
  }
  return {
    isDryRun: dryRun.length > 0,
    propagation: isPropagation(policy) ? policy : undefined,
    orphanDependents: typeof orphanDependents === 'boolean' ? orphanDependents : undefined,
    gracePeriodSeconds: typeof seconds === 'number' ? seconds : undefined,
    uid: typeof uid === 'string' ? uid : undefined,
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : undefined,
  };
}

function fromBody(request: ResourceRequest, schemas: SchemaSource): JsonObject {
  if (request.contentType === PROTOBUF) return protobufToDeleteOptions(request.body);
  const { body, contentType } = textOfBody(request, optionsType);
  return decodeDeleteOptions(body, contentType, schemas);
}

function fromQuery(query: URLSearchParams): JsonObject {
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  const seconds = wholeNumber(query, 'gracePeriodSeconds');
  return {
    dryRun: query.getAll('dryRun'),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(orphan === null ? {} : { orphanDependents: isTrue(orphan) }),
    ...(seconds === undefined ? {} : { gracePeriodSeconds: seconds }),
  };
}

function isPropagation(policy: unknown): policy is Propagation {
  return policy === 'Background' || policy === 'Foreground' || policy === 'Orphan';
}

function policyCauses(policy: unknown, orphanDependents: unknown): StatusCause[] {
  const field = 'propagationPolicy';
  if (typeof policy !== 'string') return [];
  const both = 'orphanDependents and deletionPropagation cannot be both set';
  return [
    ...(typeof orphanDependents === 'boolean' ? [invalidValue(field, policy, both)] : []),
    ...(isPropagation(policy) ? [] : [notSupported(field, policy, supported)]),
  ];
}
