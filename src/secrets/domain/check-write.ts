import { type FieldError, SallyportError } from '../../core/errors/sallyport-error.js';
import { refuseIfAny } from './field-errors.js';
import type { StringMap } from './secret.js';
import type {
  CheckCaller,
  CheckedSecret,
  CheckSubject,
  Finding,
  KeyGroup,
  SecretChecks,
} from './secret-checks.js';
import { checkedTypes } from './secret-types.js';

/** Keys that a write sets, changes or removes; `all` for a new Secret. */
export type TouchedKeys = ReadonlySet<string> | 'all';

/** Write as its check sees it. */
export interface CheckedWrite {
  /**
   * State before; undefined if the Secret is new or its state is not known. If its annotations are
   * not known, all count as changed.
   */
  readonly before: (CheckSubject & { readonly annotations?: StringMap }) | undefined;
  readonly after: CheckedSecret;
  readonly touched: TouchedKeys;
  /**
   * Keys that the request sets or removes, if it leaves others and its caller may not read the
   * Secret: the answer must not depend on the others.
   */
  readonly blind?: ReadonlySet<string> | undefined;
  /** Whether the request brings a stored value under another key. */
  readonly carriesValues?: boolean;
  readonly isDryRun: boolean;
  /** Whether the caller sees no warnings. They are not counted either: all may read the counts. */
  readonly hidesWarnings?: boolean;
  /** Undefined for reviews of the webhook, which have a pace of their own. */
  readonly caller: CheckCaller | undefined;
}

const WARNINGS_MAX = 20;

/**
 * Returns the warnings of a write; throws Invalid if it breaks an enforced rule, and Forbidden if a
 * rule would tell its caller something about keys that the caller may not read, and
 * TooManyRequests. The check is equal for all transports and for background work.
 */
export async function checkWrite(
  checks: SecretChecks,
  write: CheckedWrite,
): Promise<readonly string[]> {
  const { before, after, touched, blind, carriesValues = false, caller } = write;
  await checks.loaded();
  if (blind !== undefined) {
    requireIndependent(checks, { before, after, blind, carriesValues });
  }
  const annotations = changedAnnotations(before?.annotations ?? {}, after.annotations);
  const all = caller
    ? await checks.findingsFor(caller, after, blind)
    : checks.findings(after, blind);
  const findings = all.filter((one) => isOf({ blind, annotations }, one));
  if (findings.length === 0) return [];
  const former = before === undefined ? new Set<string>() : checks.schemasOf(before);
  const concerning = concerningFindings(findings, { touched, annotations, former });
  const refusing = concerning.filter(({ isEnforced }) => isEnforced);
  const { isDryRun, hidesWarnings = false } = write;
  if (!isDryRun) checks.count(hidesWarnings ? refusing : concerning);
  refuseIfAny(refusing.map(refusalOf));
  if (hidesWarnings) return [];
  return concerning.slice(0, WARNINGS_MAX).map(({ schema, error: { pointer, reason } }) => {
    return `schema ${schema}: ${pointer} ${reason}`;
  });
}

/** Returns the entry of a refusal. Rules of a type are of no schema. */
function refusalOf({ schema, error }: Finding): FieldError {
  return checkedTypes.has(schema) ? error : { ...error, schema };
}

/** Reach of a write, and the schemas that applied before it. */
export interface WriteReach {
  readonly touched: TouchedKeys;
  /** Names of the annotations that it sets, changes or removes. */
  readonly annotations: ReadonlySet<string>;
  readonly former: ReadonlySet<string>;
}

/**
 * Returns the findings that concern a write. Violations of keys and annotations that the write
 * leaves as they are do not: a new schema must not break other writes. For a schema that did not
 * apply before the write, each key counts as touched.
 */
export function concerningFindings(
  findings: readonly Finding[],
  { touched, annotations, former }: WriteReach,
): readonly Finding[] {
  return findings.filter((one) => {
    const { schema, keys, isOfEachWrite } = one;
    if (touched === 'all' || isOfEachWrite || !former.has(schema)) return true;
    if (readsAny(annotations, one)) return true;
    return keys === undefined ? touched.size > 0 : keys.some((key) => touched.has(key));
  });
}

interface BlindWrite {
  readonly before: CheckSubject | undefined;
  readonly after: CheckedSecret;
  readonly blind: ReadonlySet<string>;
  readonly carriesValues: boolean;
}

/** Throws Forbidden, without looking at a value, if the result would depend on other keys. */
function requireIndependent(
  checks: SecretChecks,
  { before, after, blind, carriesValues }: BlindWrite,
): void {
  const applying = checks.schemasOf(after);
  if (applying.size === 0) return;
  const former = before && checks.schemasOf(before);
  const isSame = former?.size === applying.size && [...applying].every((name) => former.has(name));
  const isDependent = checks.groups(after).some((group) => dependsOnOthers(group, after, blind));
  if (isSame && !isDependent && !carriesValues) return;
  throw new SallyportError(
    'Forbidden',
    'a schema of the Secret compares keys that the request does not set: this needs the right to ' +
      'get the Secret, or a replacement of all keys',
  );
}

function dependsOnOthers(
  { keys, isPresence, isOfEachWrite }: KeyGroup,
  { data }: CheckedSecret,
  blind: ReadonlySet<string>,
): boolean {
  if (isOfEachWrite) return true;
  if (keys === undefined) return blind.size > 0;
  const named = keys.filter((key) => blind.has(key));
  // One of the keys is enough, and the request sets it.
  if (isPresence && named.some((key) => data.has(key))) return false;
  return named.length > 0 && named.length < keys.length;
}

type Named = Pick<CheckedWrite, 'blind'> & Pick<WriteReach, 'annotations'>;

/** Reports whether a blind write names all that the rule reads. */
function isOf({ blind, annotations }: Named, one: Finding): boolean {
  if (blind === undefined || readsAny(annotations, one)) return true;
  return one.keys?.every((key) => blind.has(key)) === true;
}

function readsAny(annotations: ReadonlySet<string>, { annotation }: Finding): boolean {
  return annotation !== undefined && annotations.has(annotation);
}

/** Returns the names of the annotations that were added, changed or removed. */
function changedAnnotations(before: StringMap, after: StringMap): ReadonlySet<string> {
  const former = new Map(Object.entries(before));
  const now = new Map(Object.entries(after));
  const names = [...former.keys(), ...now.keys()];
  return new Set(names.filter((name) => former.get(name) !== now.get(name)));
}
