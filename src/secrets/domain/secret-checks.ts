import type { OwnedCaller } from '../../core/credential-owner.js';
import type { FieldError } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { SecretManifest } from './secret.js';

/** Label that names the schema of a Secret. */
export const schemaLabel = 'sallyport.dev/schema';

/** Work of the gateway in one namespace, by order of its tenants. */
export interface TenantWork {
  readonly work: 'copies' | 'rotations' | 'schemas' | 'syncs';
  readonly namespace: string;
}

/** Caller, or work, whose checks share time. */
export type CheckCaller = OwnedCaller | TenantWork;

/** Secret as a check sees it: the state after a write. */
export type CheckedSecret = Pick<
  SecretManifest,
  'namespace' | 'name' | 'type' | 'labels' | 'annotations' | 'data'
>;

/** Facts that decide which rules apply to a Secret. */
export type CheckSubject = Pick<CheckedSecret, 'namespace' | 'type' | 'labels'>;

/** Violation of a rule for keys or values. No member contains a value. */
export interface Finding {
  /** Schema that has the rule. */
  readonly schema: string;
  /** Whether it refuses the write; else the write has a warning. */
  readonly isEnforced: boolean;
  /** Whether it concerns each write, also a write that leaves the keys as they are. */
  readonly isOfEachWrite: boolean;
  /** Keys that the rule reads; undefined: any. */
  readonly keys: readonly string[] | undefined;
  /** Annotation that the rule reads. */
  readonly annotation?: string | undefined;
  readonly error: FieldError;
}

/** Schema that the label or the type of a Secret names, and by which nothing is checked. */
export interface NamingFault {
  /** Name of the schema; the value of the label, or the type, if there is no such schema. */
  readonly schema: string;
  /** Pointer to the label or the type. */
  readonly pointer: string;
  readonly reason: string;
}

/** Functions by key; each returns another new value at each call. */
export type ValueMakers = ReadonlyMap<string, () => SecretValue>;

/** Keys that one rule reads together. */
export interface KeyGroup {
  /** Undefined: any. */
  readonly keys: readonly string[] | undefined;
  /** Whether the rule only demands that one of the keys is there. */
  readonly isPresence: boolean;
  /** Whether the rule concerns each write. */
  readonly isOfEachWrite: boolean;
}

/** Rules for keys and values of Secrets: rules of types, and of schemas. */
export abstract class SecretChecks {
  /** Resolves when all schemas are known. Throws Unavailable if that takes too long. */
  abstract loaded(): Promise<void>;
  /** Reports whether the cluster has schemas, which a label can make apply at any time. */
  abstract get hasOwnSchemas(): boolean;
  /** Returns the names of the schemas that apply to a Secret. */
  abstract schemasOf(subject: CheckSubject): ReadonlySet<string>;
  /** Returns why the label or the type of a Secret checks less than it says; reads no value. */
  abstract namingFaults(subject: CheckSubject): readonly NamingFault[];
  /** Returns the groups of keys that rules for a Secret read together, without reading them. */
  abstract groups(subject: CheckSubject): readonly KeyGroup[];
  /** Returns makers of the values that schemas give a new Secret, for keys that it lacks. */
  abstract makers(subject: CheckSubject): ValueMakers;
  /**
   * Returns all violations in a state. With `named`, other keys take no time: a rule over keys is
   * evaluated only if all of them are named.
   */
  abstract findings(secret: CheckedSecret, named?: ReadonlySet<string>): readonly Finding[];
  /** Returns the same, in a turn of the caller. Throws TooManyRequests if too many wait for it. */
  abstract findingsFor(
    caller: CheckCaller,
    secret: CheckedSecret,
    named?: ReadonlySet<string>,
  ): Promise<readonly Finding[]>;
  /** Counts the violations that refused or warned a write. */
  abstract count(concerning: readonly Finding[]): void;
}
