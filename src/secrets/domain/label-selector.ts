import { badRequest } from '../../core/errors/sallyport-error.js';
import { assertNever } from '../../core/assert-never.js';
import { limits } from '../../core/limits.js';
import { type SymbolToken, type Token, lexLabelSelector } from './label-selector-lexer.js';
import { labelKeyReason, labelValueReason } from './names.js';
import type { StringMap } from './secret.js';

type Operator = 'exists' | 'absent' | 'in' | 'notin' | 'gt' | 'lt';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: ReadonlySet<string>;
}

export interface LabelSelector {
  matches(labels: StringMap): boolean;
  /** Requirements that must all be fulfilled. */
  readonly requirements: readonly LabelRequirement[];
  /** Whether it may be evaluated here for many Secrets: within `limits`. */
  readonly isSimple: boolean;
}

const int64 = /^[+-]?\d+$/;

/** Parses Kubernetes' grammar, equality and set based. Throws BadRequest; see `isLabelSelector`. */
export function parseLabelSelector(text: string): LabelSelector {
  const selector = readLabelSelector(text);
  if (selector === undefined) throw badRequest('labelSelector is not a label selector');
  return selector;
}

/** Parses a text that may be invalid: then undefined. */
export function readLabelSelector(text: string): LabelSelector | undefined {
  const requirements = new Parser(lexLabelSelector(text)).parse();
  return requirements && selectorOf(requirements);
}

function selectorOf(requirements: readonly LabelRequirement[]): LabelSelector {
  const values = requirements.reduce((sum, requirement) => sum + requirement.values.size, 0);
  const checks = requirements.map(checkOf);
  return {
    matches: (labels) => checks.every((isFulfilled) => isFulfilled(labels)),
    requirements,
    isSimple:
      requirements.length <= limits.labelRequirementsMax &&
      values <= limits.labelRequirementValuesMax,
  };
}

/**
 * Reports whether the API server would accept the selector.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
 */
export function isLabelSelector(text: string): boolean {
  return readLabelSelector(text) !== undefined;
}

/** Parser after `Parser` in apimachinery `labels/selector.go`; undefined represents its errors. */
class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): LabelRequirement[] | undefined {
    const requirements: LabelRequirement[] = [];
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

  #requirement(): LabelRequirement | undefined {
    const negated = this.#accept('!');
    const key = this.#word();
    if (key === undefined) return undefined;
    if (negated) return { key, operator: 'absent', values: new Set() };
    const { kind } = this.#peek();
    if (kind === 'end' || kind === ',') return { key, operator: 'exists', values: new Set() };
    return this.#comparison(key);
  }

  #comparison(key: string): LabelRequirement | undefined {
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

  #exactly(key: string, operator: Operator): LabelRequirement | undefined {
    const { kind } = this.#peek();
    if (kind === 'end' || kind === ',') return { key, operator, values: new Set(['']) };
    const value = this.#word();
    return value === undefined ? undefined : { key, operator, values: new Set([value]) };
  }

  #oneOf(key: string, operator: Operator): LabelRequirement | undefined {
    if (!this.#accept('(')) return undefined;
    const values = new Set<string>();
    while (true) {
      // An empty text between commas or parentheses is the empty value.
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

function isValid({ key, operator, values }: LabelRequirement): boolean {
  if (labelKeyReason(key) !== undefined) return false;
  const texts = [...values];
  if (texts.some((value) => labelValueReason(value) !== undefined)) return false;
  const isOrder = operator === 'gt' || operator === 'lt';
  return !isOrder || texts.every((value) => integer(value) !== undefined);
}

/** Returns the check of a requirement; computes everything independent of a Secret once. */
function checkOf({ key, operator, values }: LabelRequirement): (labels: StringMap) => boolean {
  const isOrder = operator === 'gt' || operator === 'lt';
  const bound = isOrder ? integer([...values][0]) : undefined;
  const isFulfilled = (value: string | undefined): boolean => {
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
        return isOrdered(operator, integer(value), bound);
      default:
        return assertNever(operator);
    }
  };
  return (labels) => isFulfilled(Object.hasOwn(labels, key) ? labels[key] : undefined);
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
