import { badRequest, type StatusCause } from '../model/api-status.js';
import { invalidValue } from '../registry/field-errors.js';
import { labelValueComplaints, qualifiedNameComplaints } from '../registry/name-rules.js';
import { type Token, type TokenKind, tokensOf } from './selector-tokens.js';

export type Labels = Readonly<Record<string, string>>;
/** Reports whether an object with these labels is selected. */
export type LabelSelector = (labels: Labels) => boolean;

const AFTER_COMMA = "expected: ',', or identifier";
/** Operators between a key and its values. */
const operators: readonly TokenKind[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];

/**
 * Parses `a=b,c!=d,e in (f,g),h notin (i),j,!k`; throws 400. Returns undefined if everything is
 * selected.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
 */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  const requirements = new SelectorParser(tokensOf(text)).requirements();
  if (requirements.length === 0) return undefined;
  return (labels) => requirements.every((isMet) => isMet(labels));
}

/** Parser whose errors have the words of `k8s.io/apimachinery/pkg/labels`. */
class SelectorParser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  requirements(): LabelSelector[] {
    const found: LabelSelector[] = [];
    while (!this.#isNext('end')) {
      if (!this.#isNext('identifier', 'in', 'notin', '!')) {
        const { text } = this.#next();
        throw badRequest(`found '${text}', expected: !, identifier, or 'end of string'`);
      }
      found.push(this.#requirement());
      this.#separator();
    }
    return found;
  }

  #separator(): void {
    const { kind, text } = this.#next();
    if (kind === 'end') {
      this.#position -= 1;
      return;
    }
    if (kind !== ',') throw badRequest(`found '${text}', expected: ',' or 'end of string'`);
    if (this.#isNext('identifier', 'in', 'notin', '!')) return;
    throw badRequest(`found '${this.#next().text}', expected: identifier after ','`);
  }

  #requirement(): LabelSelector {
    const isAbsent = this.#take('!');
    const key = this.#word('expected: identifier');
    refuseBadKey(key);
    if (isAbsent) return (labels) => !Object.hasOwn(labels, key);
    if (this.#isNext('end', ',')) return (labels) => Object.hasOwn(labels, key);
    const { kind, text } = this.#next();
    if (!operators.includes(kind)) {
      throw unparsable(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
    }
    const values = kind === 'in' || kind === 'notin' ? this.#values() : [this.#exactValue()];
    return comparison(key, kind, values);
  }

  #exactValue(): string {
    return this.#isNext('end', ',') ? '' : this.#word('expected: identifier');
  }

  /** Parses `(a,b)`; an empty position is the empty value. */
  #values(): readonly string[] {
    const open = this.#next();
    if (open.kind !== '(') throw unparsable(`found '${open.text}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      const expected = values.length === 0 ? "expected: ',', ')' or identifier" : AFTER_COMMA;
      values.push(this.#isNext(',', ')') ? '' : this.#word(expected));
      const { kind, text } = this.#next();
      if (kind === ')') return values;
      if (kind !== ',') throw unparsable(`found '${text}', expected: ',' or ')'`);
    }
  }

  #word(expected: string): string {
    const { kind, text } = this.#next();
    if (kind === 'identifier' || kind === 'in' || kind === 'notin') return text;
    throw unparsable(`found '${text}', ${expected}`);
  }

  #take(kind: TokenKind): boolean {
    const isTaken = this.#isNext(kind);
    if (isTaken) this.#position += 1;
    return isTaken;
  }

  #isNext(...kinds: readonly TokenKind[]): boolean {
    return kinds.includes(this.#tokens[this.#position]?.kind ?? 'end');
  }

  #next(): Token {
    const token = this.#tokens[this.#position] ?? { kind: 'end', text: '' };
    this.#position += 1;
    return token;
  }
}

function comparison(key: string, kind: TokenKind, given: readonly string[]): LabelSelector {
  const values = [...new Set(given)].toSorted();
  const isNumeric = kind === 'gt' || kind === 'lt';
  refuseCauses([
    ...(isNumeric ? values.flatMap(numberCauses) : []),
    ...values.flatMap((value, index) => valueCauses(key, value, index)),
  ]);
  if (isNumeric) return numeric(key, kind, values[0] ?? '');
  const isNegative = kind === 'notin' || kind === '!=';
  return (labels) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return (value !== undefined && values.includes(value)) !== isNegative;
  };
}

function numeric(key: string, kind: 'gt' | 'lt', text: string): LabelSelector {
  const bound = wholeNumber(text) ?? 0n;
  return (labels) => {
    const value = Object.hasOwn(labels, key) ? wholeNumber(labels[key] ?? '') : undefined;
    return value !== undefined && (kind === 'gt' ? value > bound : value < bound);
  };
}

function wholeNumber(text: string): bigint | undefined {
  return /^[+-]?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}

function refuseBadKey(key: string): void {
  const complaints = qualifiedNameComplaints(key);
  if (complaints.length === 0) return;
  throw unparsable(`<nil>: ${invalidValue('', key, complaints.join('; ')).message}`);
}

function numberCauses(value: string, index: number): readonly StatusCause[] {
  if (wholeNumber(value) !== undefined) return [];
  const detail = "for 'Gt', 'Lt' operators, the value must be an integer";
  return [invalidValue(`values[${index}]`, value, detail)];
}

function valueCauses(key: string, value: string, index: number): readonly StatusCause[] {
  const complaints = labelValueComplaints(value);
  if (complaints.length === 0) return [];
  return [invalidValue(`values[${index}][${key}]`, value, complaints.join('; '))];
}

function refuseCauses(causes: readonly StatusCause[]): void {
  const lines = causes.map(({ field, message }) => `${field}: ${message}`);
  if (lines.length === 0) return;
  throw unparsable(lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`);
}

function unparsable(why: string) {
  return badRequest(`unable to parse requirement: ${why}`);
}
