import { setImmediate as turn } from 'node:timers/promises';
import { requireInScope } from '../../access/domain/scope-refusal.js';
import { readKeyRights } from '../../access/domain/secret-rights.js';
import { documentLimits } from '../../core/document-limits.js';
import { isNotFound } from '../../core/errors/not-found.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import {
  type DocumentPlace,
  isPositional,
  memberAt,
  memberRequests,
  newMember,
  withMember,
  withoutMember,
} from '../domain/documents/key-document.js';
import { refuseFailedMatch } from '../domain/read-preconditions.js';
import { keyNotFound } from '../domain/representations.js';
import type { SecretRef } from '../domain/secret.js';
import { refuseTooLarge } from '../domain/value-map.js';
import { lineEndWarnings } from '../domain/warnings.js';
import { authorisedBefore, unchanged, writeKey } from './secret-keys.js';
import type { WriteCall, WriteOutcome } from './write-call.js';

/** Body of a write of a member. */
export interface MemberBody {
  readonly value: SecretValue;
  /** The body is a JSON value; else it is the characters of a string. */
  readonly isJson: boolean;
}

interface Change {
  /** Returns the document after the change. */
  readonly apply: (document: SecretValue) => Promise<SecretValue>;
  /** Has another effect if it is made twice. */
  readonly isPositional: boolean;
  readonly warnings: readonly string[];
}

/** Serves PUT of a member: adds or replaces it in the document that a key has. */
export function putMember(
  call: WriteCall,
  ref: SecretRef,
  place: DocumentPlace,
  { value, isJson }: MemberBody,
): Promise<WriteOutcome> {
  const apply = async (document: SecretValue): Promise<SecretValue> => {
    const after = withMember(ref, place, document, newMember(value, isJson));
    // An earlier attempt may have added it.
    if (call.afterUnknown && after.equals(document)) return document;
    const isNew = call.options.ifNoneMatch !== undefined;
    if (!isNew) return after;
    // The document is read again, which may take long.
    await turn();
    if (isThere(ref, place, document)) throw memberExists(ref, place);
    return after;
  };
  const warnings = isJson ? [] : lineEndWarnings(new Map([[place.key, value]]));
  const isAppended = place.pointer.endsWith('/-');
  return changeDocument(call, ref, place, { apply, warnings, isPositional: isAppended });
}

/** Serves DELETE of a member; 404 if it is absent. */
export function deleteMember(
  call: WriteCall,
  ref: SecretRef,
  place: DocumentPlace,
): Promise<WriteOutcome> {
  const apply = async (document: SecretValue): Promise<SecretValue> => {
    // An earlier attempt may have removed it.
    if (call.afterUnknown && !isThere(ref, place, document)) return document;
    return withoutMember(ref, place, document);
  };
  return changeDocument(call, ref, place, {
    apply,
    warnings: [],
    isPositional: isPositional(place),
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
  change: Change,
): Promise<WriteOutcome> {
  const { ctx, options, afterUnknown } = call;
  for (let tries = 1; ; tries += 1) {
    ctx.charge?.(memberRequests(place) - (tries === 1 ? 1 : 0));
    if (tries === 1) await requireKeyRead(call, ref, place.key);
    if (afterUnknown && change.isPositional) throw unknownChange();
    try {
      return await tryChange(call, ref, place.key, change);
    } catch (error) {
      const isRaced = error instanceof SallyportError && error.code === 'Conflict';
      const isLast = tries >= documentLimits.changeTriesMax;
      if (!isRaced || isLast || options.ifMatch !== undefined) throw error;
    }
  }
}

async function tryChange(
  call: WriteCall,
  ref: SecretRef,
  key: string,
  { apply, warnings }: Change,
): Promise<WriteOutcome> {
  const { as, before } = await authorisedBefore(call, ref, key, 'update');
  const document = before.data.get(key);
  if (document === undefined) throw keyNotFound(ref, key);
  const value = await apply(document);
  if (call.afterUnknown && value.equals(document)) return unchanged(call, key, as, before);
  // Not checked above then: the state may have been that of the earlier attempt.
  if (call.afterUnknown) refuseFailedMatch(before, { ifMatch: call.options.ifMatch });
  const after = new Map(before.data).set(key, value);
  refuseTooLarge(after.values());
  const data = { [key]: value.revealBase64() };
  return writeKey(call, {
    key,
    as,
    before,
    after,
    data,
    created: false,
    warnings,
    isOfState: true,
  });
}

/** Returns the error for a change that would be made twice if the earlier attempt made it. */
function unknownChange(): SallyportError {
  const text = 'it is not known whether the earlier attempt changed the document: read it';
  return new SallyportError('OutcomeUnknown', text);
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
