import { type Sallyport, SallyportError, type Secret, type WriteResult } from '@sallyport/client';
import type { SecretName } from '../connection/secret-name.js';
import { hasCode } from '../exit-code.js';
import { type ChangedKeys, changedKeys, mergeEdit, type ValuesByKey } from './merge-edit.js';

/** Writes that others may win before the edit gives up. */
const WRITES_MAX = 5;

/** Secret that is edited, and how it is written. */
export interface EditTarget {
  readonly gateway: Sallyport;
  readonly secret: SecretName;
  readonly options: { readonly dryRun: boolean; readonly reason: string | undefined };
  readonly signal: AbortSignal;
}

/** State of a Secret that was read. */
export interface ReadState {
  readonly values: ValuesByKey;
  readonly etag: string | undefined;
  readonly secret: Omit<Secret, 'values'>;
}

export type EditOutcome =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'written'; readonly result: WriteResult }
  /** The user can correct the values, or write later. */
  | { readonly kind: 'refused'; readonly error: SallyportError }
  | {
      readonly kind: 'conflict';
      readonly state: ReadState;
      readonly merged: ValuesByKey;
      readonly conflicts: readonly string[];
    };

/** Reads a Secret; `strong` reads what others have written a moment ago. */
export async function readState(
  { gateway, secret: { namespace, name }, signal }: EditTarget,
  consistency?: 'strong',
): Promise<ReadState> {
  const { content, etag } = await gateway.secrets.get(namespace, name, { consistency, signal });
  const { values, ...secret } = content;
  return { values: new Map(values), etag, secret };
}

/** Writes an edit of a state, merged with what others have written since this state. */
export async function writeEdit(
  target: EditTarget,
  base: ReadState,
  mine: ValuesByKey,
): Promise<EditOutcome> {
  try {
    return await merged(target, base, mine);
  } catch (error) {
    if (error instanceof SallyportError) return { kind: 'refused', error };
    throw error;
  }
}

async function merged(
  target: EditTarget,
  base: ReadState,
  mine: ValuesByKey,
): Promise<EditOutcome> {
  let state = base;
  for (let writes = 1; ; writes += 1) {
    const { values, conflicts } = mergeEdit({
      ...{ base: base.values, mine, theirs: state.values },
    });
    if (conflicts.length > 0) return { kind: 'conflict', state, merged: values, conflicts };
    const changes = changedKeys(state.values, values);
    if (changes.size === 0) return { kind: 'unchanged' };
    try {
      return { kind: 'written', result: await write(target, state, changes) };
    } catch (error) {
      if (!hasCode(error, 'Conflict') || writes === WRITES_MAX) throw error;
    }
    state = await readState(target, 'strong');
  }
}

async function write(
  { gateway, secret: { namespace, name }, options, signal }: EditTarget,
  { etag }: ReadState,
  changes: ChangedKeys,
): Promise<WriteResult> {
  const data = [...changes].map(([key, value]) => {
    return [key, value === undefined ? null : Buffer.from(value.reveal()).toString('base64')];
  });
  const patch = { data: Object.fromEntries(data) as Readonly<Record<string, string | null>> };
  const condition = { ...options, ifMatch: etag, signal };
  return (await gateway.secrets.patch(namespace, name, patch, condition)).content;
}
