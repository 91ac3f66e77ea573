import {
  type Either,
  metadataRights,
  readKeyRights,
  secretRight,
} from '../../access/domain/secret-rights.js';
import type { CallContext } from '../../core/call-context.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { MetadataBody } from '../domain/read-body.js';
import type { SecretData, SecretRef } from '../domain/secret.js';
import type { Plane } from '../domain/secret.store.js';
import type { Gatekeepers } from './plane-for.js';

/** Parts of a Secret that a query selects. */
export interface Selection {
  /** Anything beyond its name and its values. */
  readonly hasMetadata: boolean;
  /** All values. */
  readonly isWhole: boolean;
  /** Values of single keys. */
  readonly keys: readonly string[];
}

/** Receives the values before they are returned; throws if they may not be returned. */
export type AdmitValues = (data: SecretData) => void;

export interface SelectionGrant {
  readonly as: Plane;
  readonly hasMetadata: boolean;
  /** Keys whose values may be returned. */
  readonly keys: readonly string[] | 'all';
  /** Selected keys whose values may be returned. */
  readonly asked: readonly string[];
  /** Why the others may not be; undefined if all may be. */
  readonly denial: SallyportError | undefined;
}

export interface SelectedRead {
  readonly secret: SecretRef;
  /** Number of the version that was read; undefined for the Secret itself. */
  readonly version?: number;
  /** Undefined if it was not selected. */
  readonly metadata: MetadataBody | undefined;
  /** Values that may be returned; undefined if no value was selected. */
  readonly data: SecretData | undefined;
  readonly grant: SelectionGrant;
}

/**
 * Returns the part of a selection that the caller may see. Throws Forbidden, worded for the whole
 * Secret, if the caller may not see selected metadata, or none of the selected keys.
 */
export async function selectionGrant(
  { access, served }: Gatekeepers,
  ctx: CallContext,
  ref: SecretRef,
  selection: Selection,
): Promise<SelectionGrant> {
  const { keys, hasMetadata } = selection;
  const denial = await denialOf(access.require(ctx, secretRight('get', ref)));
  if (!denial) return { as: 'caller', hasMetadata: true, keys: 'all', asked: keys, denial };
  const isAllowed = async ([, right]: Either) => (await access.decide(ctx, right)).allowed;
  if (hasMetadata && !(await isAllowed(metadataRights(ref)))) throw denial;
  const decisions = await Promise.all(keys.map((key) => isAllowed(readKeyRights(ref, key))));
  const asked = keys.filter((_key, index) => decisions[index]);
  if (!hasMetadata && asked.length === 0) throw denial;
  served.requireServed(ref.namespace);
  return { as: 'broker', hasMetadata, keys: asked, asked, denial };
}

async function denialOf(question: Promise<unknown>): Promise<SallyportError | undefined> {
  try {
    await question;
    return undefined;
  } catch (error) {
    if (error instanceof SallyportError && error.code === 'Forbidden') return error;
    throw error;
  }
}
