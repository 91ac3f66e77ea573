import type { Entry } from './session.js';

export interface Difference {
  /** From 0, in the transcript. */
  readonly index: number;
  /** Which request it was, e.g. `GET /version`. */
  readonly step: string;
  /** Where in its entry, e.g. `body.metadata.labels`. */
  readonly at: string;
  readonly real: unknown;
  readonly sandbox: unknown;
}

/** Every place at which two transcripts of one scenario are not equal. */
export function differences(
  real: readonly Entry[],
  sandbox: readonly Entry[],
): readonly Difference[] {
  const length = Math.max(real.length, sandbox.length);
  return Array.from({ length }, (_, index) => {
    const [left, right] = [real[index], sandbox[index]];
    const step = left?.step ?? right?.step ?? '';
    const places = left?.status === right?.status ? placesOf(left, right, '') : [gist(left, right)];
    return places.map((place) => ({ index, step, ...place }));
  }).flat();
}

type Place = Omit<Difference, 'index' | 'step'>;

/** Where one refuses and the other does not, nothing else is worth comparing. */
function gist(real: Entry | undefined, sandbox: Entry | undefined): Place {
  const inShort = (entry: Entry | undefined): string => {
    if (entry === undefined) return 'nothing';
    const message = placeOf(entry.body, 'message');
    return `${entry.status}${message === undefined ? '' : ` ${String(message)}`}`;
  };
  return { at: 'status', real: inShort(real), sandbox: inShort(sandbox) };
}

function placeOf(value: unknown, name: string): unknown {
  return isComposite(value) ? value[name] : undefined;
}

function placesOf(real: unknown, sandbox: unknown, at: string): readonly Place[] {
  if (Object.is(real, sandbox)) return [];
  if (!isComposite(real) || !isComposite(sandbox)) return [{ at, real, sandbox }];
  if (Array.isArray(real) !== Array.isArray(sandbox)) return [{ at, real, sandbox }];
  const names = new Set([...Object.keys(real), ...Object.keys(sandbox)]);
  return [...names].flatMap((name) => {
    return placesOf(real[name], sandbox[name], at === '' ? name : `${at}.${name}`);
  });
}

function isComposite(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
