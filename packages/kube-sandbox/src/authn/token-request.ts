import { badRequest, conflict, invalid, notFound } from '../model/api-status.js';
import type { StatusCause } from '../model/api-status.js';
import { isJsonObject } from '../model/kube-object.js';
import type { JsonObject, KubeObject } from '../model/kube-object.js';
import type { ObjectReader } from '../model/object-reader.js';
import { invalidValue } from '../registry/field-errors.js';
import type { ServiceAccountTokens, TokenOrder } from './service-account-tokens.js';
import { readTokenSpec } from './token-request-spec.js';
import type { BoundObjectRef, TokenSpec } from './token-request-spec.js';

export interface TokenTarget {
  readonly namespace: string;
  /** Name of the ServiceAccount. */
  readonly name: string;
}

export interface TokenRequestDeps {
  readonly tokens: ServiceAccountTokens;
  readonly reader: ObjectReader;
}

interface Binding {
  readonly boundObject?: NonNullable<TokenOrder['boundObject']>;
  readonly node?: NonNullable<TokenOrder['node']>;
}

const kind = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
const secondsMin = 10 * 60;
const secondsMax = 2 ** 32;
/** Request of a kubelet. Such tokens live a year, for clients that read a token only once. */
const extendedForSeconds = 60 * 60 + 7;
const extendedLifeSeconds = 365 * 24 * 60 * 60;

/**
 * Handles POST serviceaccounts/NAME/token with a 201; leaves `metadata.managedFields` unchanged.
 * Throws ApiStatusError.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 */
export function requestToken(
  body: KubeObject,
  target: TokenTarget,
  deps: TokenRequestDeps,
): KubeObject {
  const { tokens } = deps;
  const spec = readTokenSpec(body['spec']);
  checkNames(body, target, deps.reader);
  const serviceAccount = deps.reader.get({ resource: 'serviceaccounts', ...target });
  if (serviceAccount === undefined) {
    throw notFound({ group: '', resource: 'serviceaccounts' }, target.name);
  }
  const uid = serviceAccount.metadata.uid ?? '';
  checkUid(body.metadata.uid ?? '', uid, target.name);
  const audiences = spec.audiences.length === 0 ? tokens.apiAudiences : spec.audiences;
  checkSpec(spec);
  const binding = spec.boundObjectRef && bind(spec.boundObjectRef, target, deps.reader);
  const order = { ...target, uid, audiences, ...binding, ...lifeOf(spec, audiences, tokens) };
  const issued = tokens.issue(order);
  return {
    kind: kind.kind,
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { ...body.metadata, ...target, uid, creationTimestamp: issued.creationTimestamp },
    spec: {
      audiences: [...audiences],
      expirationSeconds: spec.expirationSeconds,
      boundObjectRef: spec.boundObjectRef === undefined ? null : echo(spec.boundObjectRef),
    },
    status: { token: issued.token, expirationTimestamp: issued.expirationTimestamp },
  };
}

function checkNames({ metadata }: KubeObject, target: TokenTarget, reader: ObjectReader): void {
  const { namespace, name } = target;
  if (metadata.namespace !== undefined && !['', namespace].includes(metadata.namespace)) {
    const message =
      'the namespace of the provided object does not match the namespace sent on the request';
    throw badRequest(message);
  }
  if (reader.get({ resource: 'namespaces', namespace: '', name: namespace }) === undefined) {
    throw notFound({ group: '', resource: 'namespaces' }, namespace);
  }
  const named = metadata.name ?? '';
  if (named !== '' && named !== name) {
    const why = 'must match the service account name if specified';
    throw invalid(kind, name, [invalidValue('metadata.name', named, why)]);
  }
}

function checkUid(asked: string, uid: string, name: string): void {
  if (asked === '' || asked === uid) return;
  const target = { group: kind.group, resource: kind.kind };
  const who = `the UID in the token request (${asked})`;
  const whom = `the UID of the service account (${uid})`;
  throw conflict(target, name, `${who} does not match ${whom}`);
}

function checkSpec({ attestations, boundObjectRef, expirationSeconds }: TokenSpec): void {
  const causes: StatusCause[] = [];
  const secondsField = 'spec.expirationSeconds';
  if (expirationSeconds < secondsMin) {
    const why = 'may not specify a duration less than 10 minutes';
    causes.push(invalidValue(secondsField, expirationSeconds, why));
  }
  if (expirationSeconds > secondsMax) {
    const why = 'may not specify a duration larger than 2^32 seconds';
    causes.push(invalidValue(secondsField, expirationSeconds, why));
  }
  if (Object.keys(attestations).length > 0 && !isWebhook(boundObjectRef)) {
    const why = 'attestations may only be specified with a webhook bound object reference';
    throw invalid(kind, '', [invalidValue('spec.attestations', attestations, why)]);
  }
  if (causes.length > 0) throw invalid(kind, '', causes);
}

function bind(ref: BoundObjectRef, target: TokenTarget, reader: ObjectReader): Binding {
  if (isWebhook(ref)) {
    const gate = '(feature gate APIServerWebhookAuthenticationToken is disabled)';
    throw badRequest(`cannot bind token to object of type ${typeOf(ref)} ${gate}`);
  }
  const isCore = ref.group === '';
  const isKnown = isCore && (ref.kind === 'Pod' || ref.kind === 'Secret' || ref.kind === 'Node');
  if (!isKnown) throw badRequest(`cannot bind token to object of type ${typeOf(ref)}`);
  const bound = readBound(ref, target.namespace, reader);
  if (ref.kind === 'Pod') checkPod(bound, target.name);
  const uid = bound.metadata.uid ?? '';
  if (ref.uid !== '' && ref.uid !== uid) {
    const why =
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. ` +
      'The object might have been deleted and then recreated';
    throw conflict({ group: '', resource: ref.kind }, ref.name, why);
  }
  const node = ref.kind === 'Pod' ? podSpec(bound)['nodeName'] : undefined;
  return {
    boundObject: { kind: ref.kind === 'Pod' ? 'Pod' : 'Secret', name: ref.name, uid },
    // The sandbox has no nodes, and Kubernetes omits the uid of a node that does not exist.
    ...(typeof node === 'string' && node !== '' ? { node: { name: node, uid: '' } } : {}),
  };
}

function readBound(ref: BoundObjectRef, namespace: string, reader: ObjectReader): KubeObject {
  if (ref.name === '') throw badRequest('Name parameter required.');
  const resource = `${ref.kind.toLowerCase()}s`;
  const bound = reader.get({ resource, namespace, name: ref.name });
  if (bound === undefined) throw notFound({ group: '', resource }, ref.name);
  return bound;
}

function checkPod(pod: KubeObject, serviceAccountName: string): void {
  if (podSpec(pod)['serviceAccountName'] === serviceAccountName) return;
  throw badRequest(
    `cannot bind token for serviceaccount ${JSON.stringify(serviceAccountName)} ` +
      'to pod running with different serviceaccount name.',
  );
}

function podSpec(pod: KubeObject): JsonObject {
  return isJsonObject(pod['spec']) ? pod['spec'] : {};
}

function lifeOf(
  { expirationSeconds, boundObjectRef }: TokenSpec,
  audiences: readonly string[],
  { apiAudiences }: ServiceAccountTokens,
): Pick<TokenOrder, 'expirationSeconds' | 'warnAfterSeconds'> {
  const isExtended =
    expirationSeconds === extendedForSeconds &&
    boundObjectRef?.kind === 'Pod' &&
    audiences.every((audience) => apiAudiences.includes(audience));
  if (!isExtended) return { expirationSeconds };
  return { expirationSeconds: extendedLifeSeconds, warnAfterSeconds: expirationSeconds };
}

function isWebhook(ref: BoundObjectRef | undefined): boolean {
  const isKind =
    ref?.kind === 'ValidatingWebhookConfiguration' || ref?.kind === 'MutatingWebhookConfiguration';
  return isKind && ref.apiVersion === 'admissionregistration.k8s.io/v1';
}

/** Formats a GroupVersionKind as Go does. */
function typeOf({ group, version, kind: name }: BoundObjectRef): string {
  return `${group}/${version}, Kind=${name}`;
}

function echo({ kind: name, apiVersion, name: objectName, uid }: BoundObjectRef): JsonObject {
  return {
    ...(name && { kind: name }),
    ...(apiVersion && { apiVersion }),
    ...(objectName && { name: objectName }),
    ...(uid && { uid }),
  };
}
