import { randomInt, randomUUID } from 'node:crypto';
import { forbiddenError } from '../authz/forbidden.js';
import { ApiStatusError, alreadyExists, badRequest } from '../model/api-status.js';
import { cloneJson, type KubeObject } from '../model/kube-object.js';
import { validateMetadata } from '../registry/validate-metadata.js';
import { storedObject } from '../schema/canonical-object.js';
import { bounds } from '../store/sandbox-bounds.js';
import { type ApiResult, objectResult } from './api-result.js';
import { decodeBody } from './decode-body.js';
import {
  refuseInvalid,
  requireNamespace,
  strategyContext,
  warningsOf,
  withManagedFields,
} from './object-write.js';
import { mergeRepeatedOwners } from './repeated-owners.js';
import {
  type ApiParts,
  pathOfRequest,
  type ResourceRequest,
  timestamp,
} from './resource-request.js';
import { type WriteOptions, writeOptions } from './write-options.js';

/** Characters without vowels and look-alikes, as in `k8s.io/apiserver/pkg/storage/names`. */
const RANDOM_CHARACTERS = 'bcdfghjklmnpqrstvwxz2456789';
const RANDOM_LENGTH = 5;
const BASE_LENGTH_MAX = 58;

/** Handles POST: 201 with the stored object. */
export function create(parts: ApiParts, request: ResourceRequest): ApiResult {
  const options = writeOptions('CreateOptions', request.query, request.userAgent);
  const { object, warnings } = decodeBody(parts, request, options.fieldValidation);
  const told = [...warnings, ...mergeRepeatedOwners(object, 'sent')];
  const own = (updated: KubeObject) =>
    withManagedFields(parts, request, { old: undefined, updated }, options);
  const created = createObject(parts, request, object, { options, own });
  return objectResult(201, created, [...told, ...warningsOf(request.definition, created)]);
}

export interface Creation {
  readonly options: WriteOptions;
  /** Adds managed fields. */
  readonly own: (object: KubeObject) => KubeObject;
  /** Whether PUT or apply creates the object, which requires a check of the right to create. */
  readonly isUpdate?: boolean;
}

/**
 * Completes, checks and stores a new object. The order of steps is the API server's, since it
 * determines which error a client receives.
 */
export function createObject(
  parts: ApiParts,
  request: ResourceRequest,
  given: KubeObject,
  creation: Creation,
): KubeObject {
  const { options, own, isUpdate = false } = creation;
  const { name = '', generateName = '' } = given.metadata;
  requireNamespace(parts, request, name);
  const isGenerated = name === '' && generateName !== '';
  const attempts = isGenerated ? bounds.generatedNameAttemptsMax : 1;
  for (let attempt = 1; ; attempt += 1) {
    const named = isGenerated ? generatedName(generateName) : name;
    const object = completed(parts, request, withName(given, named), own);
    if (isUpdate) refuseWithoutRight(parts, { ...request, name: named });
    const context = strategyContext(parts, request);
    request.definition.strategy.applyValidatingPolicy?.(object, undefined, context);
    if (!isUpdate && !options.isDryRun) refuseRevision(object);
    const path = pathOfRequest({ ...request, name: named });
    const stored = parts.store.get(path);
    if (stored === undefined) return options.isDryRun ? object : parts.store.put(path, object);
    if (attempt === attempts) throw exists(request, object, stored);
  }
}

/** Returns the 409, which also reports whether the existing object is being deleted. */
function exists(
  { definition }: ResourceRequest,
  { metadata: { name = '', generateName = '' } }: KubeObject,
  stored: KubeObject,
): ApiStatusError {
  const { code, reason, message, details } = alreadyExists(definition, name);
  const isGenerated = generateName !== '';
  const more = ', the server was not able to generate a unique name for the object';
  const isLeaving = stored.metadata.deletionTimestamp !== undefined;
  const before = isLeaving ? 'object is being deleted: ' : '';
  const text = `${before}${message}${isGenerated ? more : ''}`;
  const retry = isGenerated ? { retryAfterSeconds: 1 } : {};
  return new ApiStatusError(code, reason, text, { ...details, ...retry });
}

function refuseWithoutRight({ authorizer }: ApiParts, request: ResourceRequest): void {
  const { definition, user, namespace, name, subresource } = request;
  const { group, version, resource } = definition;
  const what = { group, version, resource, subresource, namespace, name };
  const attributes = { ...what, user, verb: 'create', isResource: true, path: '' };
  const decision = authorizer.decide(attributes);
  if (!decision.isAllowed) throw forbiddenError(attributes, decision.reason);
}

/** Throws 403 and 422. */
function completed(
  parts: ApiParts,
  request: ResourceRequest,
  given: KubeObject,
  own: (object: KubeObject) => KubeObject,
): KubeObject {
  const { definition } = request;
  const { strategy } = definition;
  const context = strategyContext(parts, request);
  const object = withSystemFields(given, strategy.countsGeneration, parts.nowMs());
  strategy.prepareForCreate?.(object, context);
  strategy.admit?.(object, undefined, context);
  const owned = own(object);
  strategy.completeForCreate?.(owned);
  strategy.applyMutatingPolicy?.(owned, undefined, context);
  refuseInvalid(definition, owned, [
    ...validateMetadata(owned, definition),
    ...(strategy.validateCreate?.(owned) ?? []),
    ...(strategy.validate?.(owned) ?? []),
  ]);
  return definition.isCustom ? owned : storedObject(owned, definition.schema, parts.schemas);
}

function withName(object: KubeObject, name: string): KubeObject {
  const copy = cloneJson(object);
  if (name !== '') copy.metadata.name = name;
  return copy;
}

function withSystemFields(
  given: KubeObject,
  countsGeneration: boolean | undefined,
  nowMs: number,
): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds, selfLink, ...metadata } = given.metadata;
  return {
    ...given,
    metadata: {
      ...metadata,
      uid: randomUUID(),
      creationTimestamp: timestamp(nowMs),
      ...(countsGeneration ? { generation: 1 } : {}),
    },
  };
}

function refuseRevision({ metadata }: KubeObject): void {
  if ((metadata.resourceVersion ?? '') === '') return;
  const message = 'resourceVersion should not be set on objects to be created';
  throw new ApiStatusError(500, '', message);
}

function generatedName(prefix: string): string {
  let suffix = '';
  while (suffix.length < RANDOM_LENGTH) {
    suffix += RANDOM_CHARACTERS[randomInt(RANDOM_CHARACTERS.length)] ?? '';
  }
  return `${prefix.slice(0, BASE_LENGTH_MAX)}${suffix}`;
}

/** Requires that the name of the object equals the name in the URL. */
export function checkName(object: KubeObject, name: string): void {
  const given = object.metadata.name ?? '';
  if (given === name) return;
  if (given === '') {
    const why = 'was undeterminable: name must be provided';
    throw badRequest(`the name of the object (${name} based on URL) ${why}`);
  }
  throw badRequest(
    `the name of the object (${given}) does not match the name on the URL (${name})`,
  );
}
