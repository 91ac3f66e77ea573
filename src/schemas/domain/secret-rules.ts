import type { FieldError } from '../../core/errors/sallyport-error.js';
import type { StringMap } from '../../secrets/domain/secret.js';
import type { SingleValueGenerator } from '../../rotation/domain/rotation-spec.js';
import type { ValueSchema } from './json-schema/value-schema.js';
import type { Kind } from './kinds/kind.js';
import type { SecretContents } from './secret-contents.js';

/** Rules for one key. */
export interface KeyRules {
  readonly isRequired: boolean;
  readonly kind?: Kind | undefined;
  /** Key that has the password of a key store. */
  readonly passwordKey?: string | undefined;
  /** Whether `schema` checks the document that the text is, not the text. */
  readonly isJson?: boolean;
  readonly schema?: ValueSchema | undefined;
  /** Generator of the value that a new Secret gets if the request has none. */
  readonly generator?: SingleValueGenerator | undefined;
}

/** Facts that a rule over several keys may use. */
export interface CrossFacts {
  readonly contents: SecretContents;
  readonly annotations: StringMap;
  readonly nowMs: number;
}

/** Rule over several keys. */
export interface CrossRule {
  /** Keys that it reads; undefined: any. */
  readonly keys: readonly string[] | undefined;
  /** Annotation that it reads. */
  readonly annotation?: string | undefined;
  /** Returns the violation, or undefined. Called only if each of the keys is right on its own. */
  readonly violation: (facts: CrossFacts) => FieldError | undefined;
}

/** Compiled rules of a schema. */
export interface SecretRules {
  readonly name: string;
  readonly isEnforced: boolean;
  readonly isOfEachWrite: boolean;
  readonly keys: ReadonlyMap<string, KeyRules>;
  readonly allowsOtherKeys: boolean;
  /** Keys of which at least one has to be there; none if empty. */
  readonly oneAtLeast: readonly string[];
  /** Sets of keys of which exactly one has to be there as a whole; none if empty. */
  readonly alternatives: readonly (readonly string[])[];
  readonly crossRules: readonly CrossRule[];
}
