import { SecretValue } from '../../../core/secret-value.js';
import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { isClusterCredential } from '../../../shares/domain/shared-source.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { type FoundMark, readMark } from '../../domain/remote-mark.js';
import type { RemoteSecret, RemoteValues } from '../../domain/remote-store.js';
import { isJsonBody, type JsonBody, listOf, memberOf, textOf } from '../json-values.js';
import { bodyIfJson, bodyOf, changed, faultOfStatus } from '../store-answer.js';

/** Annotation with the mark of the owner. */
export const MARK = 'sallyport.dev/owner';

/** Secret that a request is about. */
export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
}

/** Identity of a state, which a write has as its condition. */
export interface SecretIdentity {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Secret as an answer has it. */
export interface SecretState extends RemoteSecret, SecretIdentity {
  readonly type: string;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const SUCCESS: ReadonlySet<number> = new Set([200, 201]);

/** Returns the Secret that a read has answered. Throws as secretOf, and ClusterCredential. */
export function readSecretOf(answer: HttpsAnswer, place: SecretPlace): SecretState {
  const state = secretOf(answer, place);
  const { type, values } = state;
  if (isClusterCredential({ type, data: values })) throw credential();
  return state;
}

/** Returns the Secret of a successful answer. Throws RemoteFault for any other answer. */
export function secretOf(answer: HttpsAnswer, place: SecretPlace): SecretState {
  if (!SUCCESS.has(answer.status)) throw faultOf(answer);
  const body = bodyOf(answer);
  const metadata = memberOf(body, 'metadata');
  const isMeant =
    body['kind'] === 'Secret' &&
    body['apiVersion'] === 'v1' &&
    metadata?.['namespace'] === place.namespace &&
    metadata['name'] === place.name;
  const uid = textOf(metadata?.['uid']);
  const resourceVersion = textOf(metadata?.['resourceVersion']);
  if (!isMeant || !uid || !resourceVersion) throw notKubernetes();
  const values = valuesOf(body['data'] ?? {});
  return {
    kind: 'present',
    ...{ uid, resourceVersion, version: versionText({ uid, resourceVersion }) },
    ...{ type: textOf(body['type']) ?? '', values, mark: markIn(metadata) },
    changedAt: changedAtOf(metadata),
  };
}

/** Reports whether the API server says that there is no such Secret; a proxy does not. */
export function isAbsent(answer: HttpsAnswer, { name }: SecretPlace): boolean {
  const status = answer.status === 404 ? statusOf(answer) : undefined;
  const details = memberOf(status, 'details');
  return (
    status?.['reason'] === 'NotFound' &&
    details?.['kind'] === 'secrets' &&
    details['name'] === name &&
    details['group'] === undefined
  );
}

/**
 * Returns the failure that an answer means. It quotes nothing of the store.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
export function faultOf(answer: HttpsAnswer): RemoteFault {
  const status = statusOf(answer);
  if (status === undefined) return faultOfStatus(answer);
  const { reason } = status;
  const isConflict = reason === 'Conflict' || reason === 'AlreadyExists';
  if (answer.status === 409 && isConflict) return changed();
  if (answer.status === 404 && reason === 'NotFound') return faultOfAbsence(status, answer);
  if (answer.status === 422 && reason === 'Invalid') return faultOfCauses(status);
  return faultOfStatus(answer);
}

/** Returns what identifies a state: an object that was created again has another uid. */
export function versionText({ uid, resourceVersion }: SecretIdentity): string {
  return `${resourceVersion}@${uid}`;
}

/** Returns the identity in a version that `versionText` made. */
export function identityIn(version: string): SecretIdentity {
  const [resourceVersion = '', uid = ''] = version.split('@');
  return { uid, resourceVersion };
}

function markIn(metadata: JsonBody | undefined): FoundMark {
  const mark = memberOf(metadata, 'annotations')?.[MARK];
  return mark === undefined ? undefined : readMark(textOf(mark) ?? '');
}

function valuesOf(data: unknown): RemoteValues {
  if (!isJsonBody(data)) throw notKubernetes();
  const entries = Object.entries(data).map(([key, member]) => {
    const text = textOf(member);
    const value = text === undefined ? undefined : SecretValue.fromBase64(text);
    if (value === undefined) throw notKubernetes();
    return [key, value] as const;
  });
  return new Map(entries);
}

/** Returns the last time that a manager of fields has. */
function changedAtOf(metadata: JsonBody | undefined): string | undefined {
  const managers = listOf(metadata?.['managedFields']) ?? [];
  const times = [metadata?.['creationTimestamp'], ...managers.map(({ time }) => time)];
  return times
    .flatMap((time) => (TIME.test(textOf(time) ?? '') ? [String(time)] : []))
    .toSorted()
    .at(-1);
}

function faultOfAbsence(status: JsonBody, answer: HttpsAnswer): RemoteFault {
  const kind = memberOf(status, 'details')?.['kind'];
  if (kind === 'secrets') return changed();
  if (kind !== 'namespaces') return faultOfStatus(answer);
  return new RemoteFault('StoreRefused', 'the other cluster has no such namespace');
}

function faultOfCauses(status: JsonBody): RemoteFault {
  const causes = listOf(memberOf(status, 'details')?.['causes']) ?? [];
  const fields = new Set(causes.map(({ field }) => field));
  // After a restored etcd, another object can have the same resourceVersion.
  if (fields.has('metadata.uid')) return changed();
  const isFixed = causes.some(
    ({ field, reason }) => field === 'data' && reason === 'FieldValueForbidden',
  );
  const what = isFixed ? 'is immutable' : 'does not take these keys or values';
  return new RemoteFault('StoreRefused', `the Secret of the other cluster ${what}`);
}

function statusOf(answer: HttpsAnswer): JsonBody | undefined {
  const body = bodyIfJson(answer);
  return body?.['kind'] === 'Status' && body['apiVersion'] === 'v1' ? body : undefined;
}

function credential(): RemoteFault {
  const message =
    'the Secret of the other cluster is a credential of that cluster, and stays in it';
  return new RemoteFault('ClusterCredential', message);
}

function notKubernetes(): RemoteFault {
  return new RemoteFault('TargetFailed', 'the store does not answer as a Kubernetes API server');
}
