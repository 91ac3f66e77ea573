import { hash } from 'node:crypto';
import type { EntityTags } from '../../secrets/domain/etag.js';

/** Validators of what a read of an environment is made of, in order. */
export interface EnvironmentTags {
  /** Validators of the definitions. */
  readonly definitions: readonly string[];
  /** Validator of all keys of Secrets; undefined without any. */
  readonly secrets: string | undefined;
  /** Validators of the keys of imports. */
  readonly imports: readonly string[];
}

const NONE = '-';

/** Returns one validator of all parts. Parts that are hashes are found in it again. */
export function environmentTag({ definitions, secrets, imports }: EnvironmentTags): string {
  const ofDefinitions = hash('sha256', definitions.join(','), 'base64url');
  const parts = [ofDefinitions, opaque(secrets), ...imports.map(opaque)];
  return `"${parts.join('.')}"`;
}

/** Parts of a validator that the caller has: those of the Secrets, and of each import. */
export interface KnownTags {
  readonly secrets: readonly string[];
  readonly imports: readonly (readonly string[])[];
}

/** Returns the parts of the validators in `If-None-Match`, for the parts of a read. */
export function knownTags(tags: EntityTags | undefined, importCount: number): KnownTags {
  const own =
    tags === undefined || tags === '*' ? [] : tags.map((tag) => tag.slice(1, -1).split('.'));
  const fitting = own.filter((parts) => parts.length === importCount + 2);
  const at = (index: number): readonly string[] =>
    fitting.map((parts) => `"${parts[index] ?? ''}"`);
  return {
    secrets: at(1),
    imports: Array.from({ length: importCount }, (_, index) => at(index + 2)),
  };
}

function opaque(tag: string | undefined): string {
  return tag === undefined ? NONE : tag.slice(1, -1);
}
