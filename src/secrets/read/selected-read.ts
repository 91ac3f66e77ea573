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

/** Which parts of a Secret a query selects. */
export interface Selection {
  /** Anything beyond its name and its values. */
  readonly hasMetadata: boolean;
  /** All values. */
  readonly isWhole: boolean;
  /** Values of single keys. */
  readonly keys: readonly string[];
}

/** Told the values that will be shown, before they are; throws where they may not be. */
export type AdmitValues = (data: SecretData) => void;

export interface SelectionGrant {
  readonly as: Plane;
  readonly hasMetadata: boolean;
  /** Keys whose values may be shown. */
  readonly keys: readonly string[] | 'all';
  /** Those of the selected keys whose values may be shown. */
  readonly asked: readonly string[];
  /** Why the others may not be; undefined where all may be. */
  readonly denial: SallyportError | undefined;
}

export interface SelectedRead {
  readonly secret: SecretRef;
  /** Undefined where it was not selected. */
  readonly metadata: MetadataBody | undefined;
  /** Those that may be shown; undefined where no value was selected. */
  readonly data: SecretData | undefined;
  readonly grant: SelectionGrant;
}

/**
 * What of a selection the caller may see. Throws Forbidden, worded for the whole Secret, where
 * he may not see its metadata though selected, or none of the selected keys.
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
