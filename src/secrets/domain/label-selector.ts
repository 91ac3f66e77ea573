import { badRequest } from '../../core/errors/sallyport-error.js';
import { assertNever } from '../../core/assert-never.js';
import { type SymbolToken, type Token, lexLabelSelector } from './label-selector-lexer.js';
import { labelKeyReason, labelValueReason } from './names.js';
import type { StringMap } from './secret.js';

type Operator = 'exists' | 'absent' | 'in' | 'notin' | 'gt' | 'lt';

interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: ReadonlySet<string>;
}

export interface LabelSelector {
  matches(labels: StringMap): boolean;
}

const int64 = /^[+-]?\d+$/;

/** Kubernetes' grammar, equality and set based. Throws BadRequest; see `isLabelSelector`. */
export function parseLabelSelector(text: string): LabelSelector {
  const requirements = new Parser(lexLabelSelector(text)).parse();
  if (requirements === undefined) throw badRequest('labelSelector is not a label selector');
  return { matches: (labels) => requirements.every((requirement) => holds(requirement, labels)) };
}

/**
 * Whether the API server would take the selector.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
 */
export function isLabelSelector(text: string): boolean {
  return new Parser(lexLabelSelector(text)).parse() !== undefined;
}

/** After `Parser` in apimachinery `labels/selector.go`; undefined stands for its errors. */
class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Requirement[] | undefined {
    const requirements: Requirement[] = [];
    if (this.#peek().kind === 'end') return requirements;
    while (true) {
      const requirement = this.#requirement();
      if (requirement === undefined || !isValid(requirement)) return undefined;
      requirements.push(requirement);
      const separator = this.#next().kind;
      if (separator === 'end') return requirements;
      const after = this.#peek().kind;
      if (separator !== ',' || (after !== 'word' && after !== '!')) return undefined;
    }
  }

  #requirement(): Requirement | undefined {
    const negated = this.#accept('!');
    const key = this.#word();
    if (key === undefined) return undefined;
    if (negated) return { key, operator: 'absent', values: new Set() };
    const { kind } = this.#peek();
    if (kind === 'end' || kind === ',') return { key, operator: 'exists', values: new Set() };
    return this.#comparison(key);
  }

  #comparison(key: string): Requirement | undefined {
    const token = this.#next();
    switch (token.kind) {
      case '=':
      case '==':
        return this.#exactly(key, 'in');
      case '!=':
        return this.#exactly(key, 'notin');
      case '>':
        return this.#exactly(key, 'gt');
      case '<':
        return this.#exactly(key, 'lt');
      case 'word':
        return token.text === 'in' || token.text === 'notin'
          ? this.#oneOf(key, token.text)
          : undefined;
      default:
        return undefined;
    }
  }

  #exactly(key: string, operator: Operator): Requirement | undefined {
    const { kind } = this.#peek();
    if (kind === 'end' || kind === ',') return { key, operator, values: new Set(['']) };
    const value = this.#word();
    return value === undefined ? undefined : { key, operator, values: new Set([value]) };
  }

  #oneOf(key: string, operator: Operator): Requirement | undefined {
    if (!this.#accept('(')) return undefined;
    const values = new Set<string>();
    while (true) {
      // An empty place between commas or parentheses is the empty value.
      values.add(this.#peek().kind === 'word' ? (this.#word() ?? '') : '');
      if (this.#accept(')')) return { key, operator, values };
      if (!this.#accept(',')) return undefined;
    }
  }

  #word(): string | undefined {
    const token = this.#next();
    return token.kind === 'word' ? token.text : undefined;
  }

  #accept(kind: SymbolToken): boolean {
    if (this.#peek().kind !== kind) return false;
    this.#position += 1;
    return true;
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? { kind: 'end' };
  }

  #next(): Token {
    const token = this.#peek();
    this.#position += 1;
    return token;
  }
}

function isValid({ key, operator, values }: Requirement): boolean {
  if (labelKeyReason(key) !== undefined) return false;
  const texts = [...values];
  if (texts.some((value) => labelValueReason(value) !== undefined)) return false;
  const isOrder = operator === 'gt' || operator === 'lt';
  return !isOrder || texts.every((value) => integer(value) !== undefined);
}

function holds({ key, operator, values }: Requirement, labels: StringMap): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case 'in':
      return value !== undefined && values.has(value);
    case 'notin':
      return value === undefined || !values.has(value);
    case 'gt':
    case 'lt':
      return isOrdered(operator, integer(value), integer([...values][0]));
    default:
      return assertNever(operator);
  }
}

function isOrdered(operator: 'gt' | 'lt', a: bigint | undefined, b: bigint | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return operator === 'gt' ? a > b : a < b;
}

function integer(text: string | undefined): bigint | undefined {
  if (text === undefined || !int64.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}
