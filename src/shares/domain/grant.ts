import type { Principal } from '../../core/principal.js';
import type { ParsedImport } from './import-spec.js';
import type { ParsedShare, ShareConsumer, ShareSpec } from './share-spec.js';
import type { SharePins } from './share-pins.js';

/** Why an import gets nothing. The consumer learns none of these. */
export type NotGranted =
  | 'ImportMissing'
  | 'ImportInvalid'
  | 'ShareMissing'
  | 'ShareInvalid'
  | 'Revoked'
  | 'Expired'
  | 'NotOffered'
  | 'NamespaceReplaced'
  | 'SubjectNotNamed'
  | 'NotDelivered';

/** Key of the shared Secret, and its name in the import. */
export interface GrantedKey {
  readonly key: string;
  readonly as: string;
}

/** Share, and the keys of it that an import gets. */
export interface Grant {
  readonly imported: ParsedImport;
  readonly share: ParsedShare;
  readonly spec: ShareSpec;
  /** Keys that both sides name, in the order of the import. */
  readonly keys: readonly GrantedKey[];
}

export interface GrantFacts {
  readonly imported: ParsedImport | undefined;
  readonly share: ParsedShare | undefined;
  readonly pins: SharePins;
  readonly delivery: 'live' | 'copy';
  /** Undefined: nobody in particular, e.g. all who can read a copy. */
  readonly reader: Pick<Principal, 'username' | 'groups'> | undefined;
  readonly nowMs: number;
}

/** Reader in the namespace of a consumer, whether or not there is an import. */
export interface ConsumerFacts extends Pick<GrantFacts, 'pins' | 'reader' | 'nowMs'> {
  readonly delivery: GrantFacts['delivery'] | 'any';
  readonly namespace: string;
  readonly namespaceUid: string;
}

/** Decides what a reader gets of an import now, by the objects of both sides alone. */
export function grantOf({ imported, share, ...facts }: GrantFacts): Grant | NotGranted {
  if (imported === undefined || imported.object.isBeingDeleted) return 'ImportMissing';
  if (imported.spec === undefined) return 'ImportInvalid';
  if (share === undefined) return 'ShareMissing';
  const { namespaceUid, object } = imported;
  const spec = offeredSpec(share, { ...facts, namespace: object.namespace, namespaceUid });
  if (typeof spec === 'string') return spec;
  return { imported, share, spec, keys: keysOf(spec, imported.spec.keys) };
}

/** Returns the spec of a share that gives something to a reader, or why it gives nothing. */
export function offeredSpec(share: ParsedShare, facts: ConsumerFacts): ShareSpec | NotGranted {
  const { spec } = share;
  if (spec === undefined) return 'ShareInvalid';
  return endOf(share, spec, facts.nowMs) ?? refusalOf(spec, facts) ?? spec;
}

/** Returns why a share has ended for all; undefined if it has not. */
function endOf({ object }: ParsedShare, spec: ShareSpec, nowMs: number): NotGranted | undefined {
  if (spec.revoked || object.isBeingDeleted) return 'Revoked';
  const isOver = spec.expiresAt !== undefined && Date.parse(spec.expiresAt) <= nowMs;
  return isOver ? 'Expired' : undefined;
}

/** Returns why a share gives nothing to this reader; undefined if it does. */
function refusalOf(
  spec: ShareSpec,
  { namespace, namespaceUid, pins, delivery, reader }: ConsumerFacts,
): NotGranted | undefined {
  const consumer = spec.to.find((one) => one.namespace === namespace);
  if (consumer === undefined) return 'NotOffered';
  const used = pins.consumers[namespace];
  if (consumer.revoked || used?.revoked === true) return 'Revoked';
  const pinned = consumer.namespaceUID ?? used?.namespaceUID;
  if (pinned !== undefined && pinned !== namespaceUid) return 'NamespaceReplaced';
  const isDelivered = delivery === 'any' || spec.delivery.includes(delivery);
  if (!isDelivered) return 'NotDelivered';
  return isNamed(consumer, reader) ? undefined : 'SubjectNotNamed';
}

/** Reports whether the Secret of a share is the one that was shared. */
export function isSharedSecret(
  { onRecreate }: Pick<ShareSpec, 'onRecreate'>,
  { secretUID }: Pick<SharePins, 'secretUID'>,
  uid: string,
): boolean {
  return secretUID === undefined || secretUID === uid || onRecreate === 'follow';
}

function keysOf(
  { keys }: ShareSpec,
  imported: readonly { readonly name: string; readonly as?: string | undefined }[] | undefined,
): readonly GrantedKey[] {
  if (imported === undefined) return keys.map((key) => ({ key, as: key }));
  return imported
    .filter(({ name }) => keys.includes(name))
    .map(({ name, as = name }) => ({ key: name, as }));
}

function isNamed({ namespace, subjects }: ShareConsumer, reader: GrantFacts['reader']): boolean {
  if (subjects === undefined) return true;
  if (reader === undefined) return false;
  const { username, groups } = reader;
  return subjects.some(({ kind, name }) => {
    if (kind === 'Group') return groups.includes(name);
    const user = kind === 'User' ? name : `system:serviceaccount:${namespace}:${name}`;
    return username === user;
  });
}
