import { requireInScope } from '../../access/domain/scope-refusal.js';
import { readKeyRights } from '../../access/domain/secret-rights.js';
import { documentLimits } from '../../core/document-limits.js';
import { isNotFound } from '../../core/errors/not-found.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import {
  type DocumentPlace,
  memberAt,
  memberRequests,
  newMember,
  withMember,
  withoutMember,
} from '../domain/documents/key-document.js';
import { keyNotFound } from '../domain/representations.js';
import type { SecretRef } from '../domain/secret.js';
import { refuseTooLarge } from '../domain/value-map.js';
import { authorisedBefore, change, unchanged } from './secret-keys.js';
import type { WriteCall, WriteOutcome } from './write-call.js';

/** Body of a write of a member. */
export interface MemberBody {
  readonly value: SecretValue;
  /** The body is a JSON value; else it is the characters of a string. */
  readonly isJson: boolean;
}

type Change = (document: SecretValue) => SecretValue;

/** Serves PUT of a member: adds or replaces it in the document that a key has. */
export async function putMember(
  call: WriteCall,
  ref: SecretRef,
  place: DocumentPlace,
  body: MemberBody,
): Promise<WriteOutcome> {
  const member = newMember(body.value, body.isJson);
  return changeDocument(call, ref, place, (document) => {
    const isNew = call.options.ifNoneMatch !== undefined;
    if (isNew && isThere(ref, place, document)) throw memberExists(ref, place);
    return withMember(ref, place, document, member);
  });
}

/** Serves DELETE of a member; 404 if it is absent. */
export function deleteMember(
  call: WriteCall,
  ref: SecretRef,
  place: DocumentPlace,
): Promise<WriteOutcome> {
  return changeDocument(call, ref, place, (document) => {
    // An earlier attempt may have removed it.
    if (call.afterUnknown && !isThere(ref, place, document)) return document;
    return withoutMember(ref, place, document);
  });
}

/**
 * Changes a document in the state that was read; tries again if the Secret changes meanwhile. The
 * result depends on the value, so that it needs the right to read it.
 */
async function changeDocument(
  call: WriteCall,
  ref: SecretRef,
  place: DocumentPlace,
  changed: Change,
): Promise<WriteOutcome> {
  const { key } = place;
  call.ctx.charge?.(memberRequests(place) - 1);
  await requireKeyRead(call, ref, key);
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryChange(call, ref, key, changed);
    } catch (error) {
      const isRaced = error instanceof SallyportError && error.code === 'Conflict';
      const isLast = tries >= documentLimits.changeTriesMax;
      if (!isRaced || isLast || call.options.ifMatch !== undefined) throw error;
    }
  }
}

async function tryChange(
  call: WriteCall,
  ref: SecretRef,
  key: string,
  changed: Change,
): Promise<WriteOutcome> {
  const { as, before } = await authorisedBefore(call, ref, key, 'update');
  const document = before.data.get(key);
  if (document === undefined) throw keyNotFound(ref, key);
  const value = changed(document);
  if (call.afterUnknown && value.equals(document)) return unchanged(call, key, as, before);
  const after = new Map(before.data).set(key, value);
  refuseTooLarge(after.values());
  const data = { [key]: value.revealBase64() };
  const planned = { key, as, before, after, data, created: false, warnings: [] };
  return change(call, { ...planned, isOfState: true });
}

/** Requires the right to read the key, before any lookup. */
async function requireKeyRead(
  { ctx, access, served }: WriteCall,
  ref: SecretRef,
  key: string,
): Promise<void> {
  const { namespace, name: secret } = ref;
  served.requireReachable(namespace);
  requireInScope(ctx, { action: 'secrets.reveal', namespace, secret, keys: [key], keysOnly: true });
  await access.require(ctx, ...readKeyRights(ref, key));
}

function isThere(ref: SecretRef, place: DocumentPlace, document: SecretValue): boolean {
  try {
    memberAt(ref, place, document);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

function memberExists({ name }: SecretRef, { key, pointer }: DocumentPlace): SallyportError {
  const text = `pointer "${pointer}" in key "${key}" of secrets "${name}" already exists`;
  return new SallyportError('AlreadyExists', text, { status: 412 });
}
