import { isNoNewer, isReplacedState } from './resource-version.js';
import type { HistoryRef } from './version.js';
import type { NewVersion } from './versions.store.js';

/** State of a history before and after a batch. */
export interface HistoryMarks {
  readonly lastVersion: number;
  readonly currentVersion: number | undefined;
  readonly previousVersion: number | undefined;
  readonly pendingVersion: number | undefined;
  readonly secretUid: string;
  readonly resourceVersion: string;
  readonly deletedMs: number | undefined;
  /** Latest pruned state. */
  readonly pruned: StateId & { readonly version: number | undefined };
  /** First state since the last version that did not fit. */
  readonly missedResourceVersion: string | undefined;
}

/** A state of a Secret, among all there are. */
export interface StateId {
  readonly secretUid: string | undefined;
  readonly resourceVersion: string | undefined;
}

/** Facts in the database about the histories and states of a batch. */
export interface RecordFacts {
  /** Marks by `historyKey`. */
  readonly histories: ReadonlyMap<string, HistoryMarks>;
  /** Version numbers of stored states, by `stateKey`. */
  readonly known: ReadonlyMap<string, number>;
  /** Uids with a stored version. */
  readonly seenUids: ReadonlySet<string>;
}

/** Version to insert, and when it was current. */
export interface PlannedVersion {
  readonly made: NewVersion;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  /** Whether states were missed before it. */
  readonly isGap: boolean;
}

export interface HistoryPlan {
  readonly ref: HistoryRef;
  readonly before: HistoryMarks | undefined;
  readonly after: HistoryMarks;
  readonly inserts: readonly PlannedVersion[];
  /** End of each existing version's time as current; undefined while current. */
  readonly untilMs: ReadonlyMap<number, number | undefined>;
}

export type PlannedResult =
  | { readonly kind: 'recorded'; readonly version: number }
  | { readonly kind: 'known'; readonly version: number }
  | { readonly kind: 'full' }
  | { readonly kind: 'raced'; readonly last: number };

export interface RecordPlan {
  /** One result for each version of the batch, in order. */
  readonly results: readonly PlannedResult[];
  /** Plans of histories that change, by `historyKey`. */
  readonly histories: ReadonlyMap<string, HistoryPlan>;
}

/** Returns the key of a history. A uid contains no slash. */
export function historyKey(ref: Pick<HistoryRef, 'namespaceUid' | 'name'>): string {
  return `${ref.namespaceUid}/${ref.name}`;
}

/** Returns the key of a state. */
export function stateKey(secretUid: string, resourceVersion: string): string {
  return `${secretUid}/${resourceVersion}`;
}

/** Returns the versions that no retention deletes. */
export function heldVersions(marks: HistoryMarks | undefined): readonly number[] {
  const { currentVersion, previousVersion, pendingVersion } = marks ?? {};
  return [currentVersion, previousVersion, pendingVersion].filter((one) => one !== undefined);
}

/**
 * Reports whether one resourceVersion is later than another: compares numbers or, if a server
 * returns other texts, takes the last to come.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export function isLater(one: string, other: string | undefined): boolean {
  return other === undefined || !isNoNewer(one, other);
}

/**
 * Plans the outcome of a batch of versions; executes nothing. Versions in `refused` do not fit:
 * their histories record that they missed a state.
 */
export function planRecord(
  versions: readonly NewVersion[],
  facts: RecordFacts,
  refused: ReadonlySet<NewVersion> = new Set(),
): RecordPlan {
  const drafts = new Map<string, Draft>();
  const known = new Map(facts.known);
  const results = versions.map((made) => {
    const key = historyKey(made.history);
    const draft = drafts.get(key) ?? new Draft(made.history, facts.histories.get(key));
    drafts.set(key, draft);
    return planOne(made, draft, { known, seenUids: facts.seenUids, refused });
  });
  const changed = [...drafts].flatMap(([key, draft]) => {
    const plan = draft.plan();
    return plan === undefined ? [] : [[key, plan] as const];
  });
  return { results, histories: new Map(changed) };
}

function planOne(
  made: NewVersion,
  draft: Draft,
  batch: {
    readonly known: Map<string, number>;
    readonly seenUids: ReadonlySet<string>;
    readonly refused: ReadonlySet<NewVersion>;
  },
): PlannedResult {
  const { known, seenUids, refused } = batch;
  const key = stateKey(made.secretUid, made.resourceVersion);
  // A state that never was in the cluster has no place in the order of those that were.
  const isReplaced = isReplacedState(made.resourceVersion);
  const there = known.get(key) ?? (isReplaced ? undefined : draft.prunedAs(made));
  if (there !== undefined) {
    if (known.has(key) && !isReplaced) draft.meetAgain(there, made);
    return { kind: 'known', version: there };
  }
  if (refused.has(made)) {
    if (!isReplaced) draft.miss(made);
    return { kind: 'full' };
  }
  if (draft.hasRaced || made.version !== draft.lastVersion + 1) {
    // Later states would precede it if they were recorded.
    draft.hasRaced = true;
    return { kind: 'raced', last: draft.lastVersion };
  }
  if (isReplaced) draft.addReplaced(made);
  else draft.add(made, seenUids);
  known.set(key, made.version);
  return { kind: 'recorded', version: made.version };
}

/** History while the batch is planned. */
class Draft {
  hasRaced = false;
  readonly #ref: HistoryRef;
  readonly #before: HistoryMarks | undefined;
  readonly #inserts: PlannedVersion[] = [];
  readonly #untilMs = new Map<number, number | undefined>();
  #marks: HistoryMarks | undefined;

  constructor(ref: HistoryRef, before: HistoryMarks | undefined) {
    this.#ref = ref;
    this.#before = before;
    this.#marks = before;
  }

  get lastVersion(): number {
    return this.#marks?.lastVersion ?? 0;
  }

  /** Returns the number of a state that is so old that it was pruned, or counts as pruned. */
  prunedAs({ secretUid, resourceVersion }: NewVersion): number | undefined {
    const pruned = this.#marks?.pruned;
    if (pruned === undefined || pruned.secretUid !== secretUid) return undefined;
    return isLater(resourceVersion, pruned.resourceVersion) ? undefined : pruned.version;
  }

  /** Adds a state that never was in the cluster: it is never current, and no gap is before it. */
  addReplaced(made: NewVersion): void {
    this.#inserts.push({ made, sinceMs: undefined, untilMs: undefined, isGap: false });
    this.#marks = { ...(this.#marks ?? noMarks(made)), lastVersion: made.version };
  }

  add(made: NewVersion, seenUids: ReadonlySet<string>): void {
    const doesLead = this.#doesLead(made, seenUids);
    const missed = this.#marks?.missedResourceVersion;
    const isBehind = missed !== undefined && isLater(missed, made.resourceVersion);
    this.#inserts.push({
      made,
      sinceMs: doesLead ? made.createdMs : undefined,
      untilMs: undefined,
      isGap: made.isGap || (missed !== undefined && isLater(made.resourceVersion, missed)),
    });
    this.#marks = {
      ...(this.#marks ?? noMarks(made)),
      lastVersion: made.version,
      missedResourceVersion: isBehind ? missed : undefined,
    };
    if (doesLead) this.#lead(made.version, made);
  }

  /** Records a missed state; a history without a version cannot have a gap. */
  miss({ resourceVersion }: NewVersion): void {
    const marks = this.#marks;
    if (marks === undefined || marks.missedResourceVersion !== undefined) return;
    this.#marks = { ...marks, missedResourceVersion: resourceVersion };
  }

  /** Meets an existing state again: it becomes the live state if another uid came in between. */
  meetAgain(version: number, made: NewVersion): void {
    const marks = this.#marks;
    if (marks === undefined || marks.secretUid === made.secretUid) return;
    if (!isLater(made.resourceVersion, marks.resourceVersion)) return;
    this.#lead(version, made);
    this.#setUntil(version, undefined);
  }

  plan(): HistoryPlan | undefined {
    const after = this.#marks;
    if (after === undefined || after === this.#before) return undefined;
    return {
      ref: this.#ref,
      before: this.#before,
      after,
      inserts: this.#inserts,
      untilMs: this.#untilMs,
    };
  }

  #doesLead(made: NewVersion, seenUids: ReadonlySet<string>): boolean {
    const marks = this.#marks;
    if (marks === undefined || isLater(made.resourceVersion, marks.resourceVersion)) return true;
    // An unseen uid is a new Secret, also in a restored cluster that counts from lower numbers.
    const isSeen = this.#inserts.some((one) => one.made.secretUid === made.secretUid);
    return marks.secretUid !== made.secretUid && !isSeen && !seenUids.has(made.secretUid);
  }

  #lead(version: number, made: NewVersion): void {
    const marks = this.#marks ?? noMarks(made);
    if (marks.currentVersion !== undefined) this.#setUntil(marks.currentVersion, made.createdMs);
    this.#marks = {
      ...marks,
      currentVersion: version,
      previousVersion: marks.currentVersion ?? marks.previousVersion,
      secretUid: made.secretUid,
      resourceVersion: made.resourceVersion,
      deletedMs: undefined,
    };
  }

  #setUntil(version: number, untilMs: number | undefined): void {
    const at = this.#inserts.findIndex(({ made }) => made.version === version);
    const insert = this.#inserts[at];
    if (insert === undefined) this.#untilMs.set(version, untilMs);
    else this.#inserts[at] = { ...insert, untilMs };
  }
}

function noMarks({ secretUid, resourceVersion }: NewVersion): HistoryMarks {
  return {
    lastVersion: 0,
    currentVersion: undefined,
    previousVersion: undefined,
    pendingVersion: undefined,
    secretUid,
    resourceVersion,
    deletedMs: undefined,
    pruned: { version: undefined, secretUid: undefined, resourceVersion: undefined },
    missedResourceVersion: undefined,
  };
}
