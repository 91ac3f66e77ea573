import type { AuditEventView } from '../../../src/audit/domain/audit-view.js';
import type { GeneratedWrite } from './generated-write.js';

/** A Secret as the cluster has it, as far as a comparison needs it. */
export interface StateOf {
  readonly data: Readonly<Record<string, string>>;
  /** All besides, as text. */
  readonly metadata: string;
}

/** What became of a request: what the gateway answered and wrote down, what the cluster has. */
export interface Told {
  readonly write: GeneratedWrite;
  readonly status: number;
  readonly text: string;
  /** What is on record under the id of the answer, and below it. */
  readonly events: readonly AuditEventView[];
  readonly before: ReadonlyMap<string, StateOf>;
  readonly after: ReadonlyMap<string, StateOf>;
}

/** Of the gateway; the API server has faults of its own for patches that it cannot apply. */
const ownFault = 'an internal error occurred';
const refusals = [400, 403, 404, 406, 409, 413, 415, 422];

/** Where the API server understood a request otherwise than the gateway; none if all is well. */
export function differencesOf(told: Told): readonly string[] {
  const { write, status } = told;
  const isDone = status >= 200 && status < 300;
  const isOdd = !isDone && !refusals.includes(status) && !isFaultOfCluster(told);
  const root = told.events.find(({ action }) => action.startsWith('secrets.') && isWrite(action));
  const effects = [write.own, write.other].flatMap((name) => effectOn(name, told));
  return [
    ...(isOdd ? [`is answered with ${status}`] : []),
    ...(isDone && root === undefined ? ['is done, and not on record'] : []),
    ...(isDone ? [] : effects.map(({ name }) => `is refused, and has changed ${name}`)),
    ...(root === undefined ? [] : recordDifferences(told, root, effects, isDone)),
    ...scopeDifferences(told, effects),
    ...revealDifferences(told),
  ];
}

function isFaultOfCluster({ status, text }: Told): boolean {
  return status === 500 && !text.includes(ownFault);
}

interface Effect {
  readonly name: string;
  readonly kind: 'made' | 'changed' | 'gone';
  readonly keys: readonly string[];
}

function effectOn(name: string, { before, after }: Told): readonly Effect[] {
  const was = before.get(name);
  const is = after.get(name);
  if (was === undefined && is === undefined) return [];
  if (is === undefined) return [{ name, kind: 'gone', keys: [] }];
  if (was === undefined) return [{ name, kind: 'made', keys: Object.keys(is.data) }];
  const keys = changedKeys(was.data, is.data);
  const isSame = keys.length === 0 && was.metadata === is.metadata;
  return isSame ? [] : [{ name, kind: 'changed', keys }];
}

function changedKeys(was: StateOf['data'], is: StateOf['data']): readonly string[] {
  const all = new Set([...Object.keys(was), ...Object.keys(is)]);
  return [...all].filter((key) => was[key] !== is[key]);
}

function recordDifferences(
  told: Told,
  root: AuditEventView,
  effects: readonly Effect[],
  isDone: boolean,
): readonly string[] {
  const found = effects.flatMap((effect) => effectDifferences(told, root, effect));
  if (!isDone) return found;
  const isDry = root.marks.includes('dry-run');
  return [...found, ...(isDry ? dryDifferences(told, root) : deleteDifferences(told, effects))];
}

function effectDifferences(
  { events }: Told,
  root: AuditEventView,
  { name, kind, keys }: Effect,
): readonly string[] {
  const of = events.filter(({ secret, action }) => secret === name && isWrite(action));
  const missing = keys.filter((key) => !of.some((event) => names(event, key)));
  const isDelete = of.some(({ action }) => action === 'secrets.delete');
  return [
    ...(root.marks.includes('dry-run') ? [`is on record as a dry run: ${name} is ${kind}`] : []),
    ...(of.length === 0 ? [`has ${kind} ${name}, and no event names it`] : []),
    ...missing.map((key) => `has changed ${key}, which no event names`),
    ...((kind === 'gone') === isDelete ? [] : [`has ${kind} ${name} by another action`]),
  ];
}

function deleteDifferences({ write, before }: Told, effects: readonly Effect[]): readonly string[] {
  const isDelete = write.kind === 'delete' || write.kind === 'collection';
  const isGone = effects.some(({ kind }) => kind === 'gone');
  if (!isDelete || isGone || !before.has(write.own)) return [];
  return ['is on record as a delete, and has deleted nothing'];
}

/** The answer to a dry run shows what it would have led to, though not to everybody. */
function dryDifferences({ write, text, before }: Told, root: AuditEventView): readonly string[] {
  const shown = write.caller === 'blind' ? undefined : shownObject(text);
  if (shown === undefined || write.kind === 'delete') return [];
  const keys = changedKeys(before.get(shown.name)?.data ?? {}, shown.data);
  return [
    ...(root.secret === shown.name ? [] : [`is on record for ${root.secret}, not ${shown.name}`]),
    ...keys
      .filter((key) => !names(root, key))
      .map((key) => `would change ${key}, which no event names`),
  ];
}

function scopeDifferences(
  { write, status, text, before, after }: Told,
  effects: readonly Effect[],
): readonly string[] {
  if (write.caller === 'all') return [];
  const isBeyond = effects.some(({ name }) => name === write.other);
  if (write.caller === 'some') {
    const shown = status < 300 ? shownObject(text)?.name : undefined;
    const isOther = shown !== undefined && shown !== write.own;
    return isBeyond || isOther ? ['has left the scope of its token'] : [];
  }
  const values = Object.values(before.get(write.own)?.data ?? {});
  const metadata = [...after.values()].map((state) => state.metadata);
  const isTold = values.some((value) => [text, ...metadata].some((of) => of.includes(value)));
  return isTold ? ['tells a value to a token that opens none'] : [];
}

/** Whatever value of the Secret stands in an answer is on record as told, if under another key. */
function revealDifferences({ write, text, events, before }: Told): readonly string[] {
  const values = Object.entries(before.get(write.own)?.data ?? {});
  const told = values.filter(([, value]) => text.includes(value));
  const hasReveal = events.some(({ action }) => action === 'secrets.reveal');
  return told
    .filter(([key]) => !hasReveal || !events.some((event) => names(event, key)))
    .map(([key]) => `tells the value of ${key}, which is not on record`);
}

function names({ keys }: AuditEventView, key: string): boolean {
  return keys.includes(key) || keys.includes('*');
}

function isWrite(action: string): boolean {
  return /^secrets\.(?:create|update|patch|delete)$/.test(action);
}

function shownObject(
  text: string,
): { readonly name: string; readonly data: StateOf['data'] } | undefined {
  const {
    kind,
    metadata,
    data = {},
  } = JSON.parse(text) as {
    kind?: string;
    metadata?: { name?: string };
    data?: StateOf['data'];
  };
  return kind === 'Secret' ? { name: metadata?.name ?? '', data } : undefined;
}
