import { environmentLimits } from '../../core/environment-limits.js';
import { type TemplateFunction, templateFunctions } from './template-functions.js';
import { TemplateProblem } from './template-problem.js';

/** Argument of a function: a text, a number, or the name of another value. */
export type Argument = { readonly literal: string | number } | { readonly name: string };

export interface FunctionCall {
  readonly function: TemplateFunction;
  readonly arguments: readonly Argument[];
}

export interface Placeholder {
  readonly name: string;
  readonly calls: readonly FunctionCall[];
}

/** Text, and placeholders between. */
export type Template = readonly (string | Placeholder)[];

/**
 * Parses a template: text with `{{ NAME | function(argument) }}`, or `{{ "{{" }}` for braces.
 * There is no other syntax, no recursion and no code. Throws TemplateProblem with the number of the
 * placeholder.
 */
export function parseTemplate(text: string): Template {
  const parts: (string | Placeholder)[] = [];
  let position = 0;
  let count = 0;
  for (;;) {
    const open = text.indexOf('{{', position);
    if (open < 0) break;
    const close = text.indexOf('}}', open);
    if (close < 0) throw new TemplateProblem('has {{ without }}');
    if (open > position) parts.push(text.slice(position, open));
    count += 1;
    if (count > environmentLimits.placeholdersMax) {
      const reason = `has more than ${environmentLimits.placeholdersMax} placeholders`;
      throw new TemplateProblem(reason);
    }
    parts.push(placeholderAt(count, text.slice(open + 2, close)));
    position = close + 2;
  }
  if (position < text.length) parts.push(text.slice(position));
  return parts;
}

/** Returns the names of the values that a template uses, each once. */
export function namesIn(template: Template): ReadonlySet<string> {
  const names = template.flatMap((part) => {
    if (typeof part === 'string') return [];
    const inside = part.calls.flatMap((call) => call.arguments);
    return [part.name, ...inside.flatMap((one) => ('name' in one ? [one.name] : []))];
  });
  return new Set(names);
}

/** Reports whether an absent value of this name is replaced by a default. */
export function hasDefault(template: Template, name: string): boolean {
  return template.every((part) => {
    if (typeof part === 'string') return true;
    const isArgument = part.calls.some((call) =>
      call.arguments.some((one) => 'name' in one && one.name === name),
    );
    const isDefaulted = part.name !== name || part.calls[0]?.function.name === 'default';
    return isDefaulted && !isArgument;
  });
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const token = /\s*(?:([A-Za-z_][A-Za-z0-9_.-]*)|"((?:[^"\\]|\\["\\])*)"|(\d{1,9})|([|(),]))/y;

type Token =
  | { readonly kind: 'name' | 'text' | 'sign'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number };

function placeholderAt(number: number, source: string): string | Placeholder {
  try {
    return placeholder(source);
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    throw new TemplateProblem(`placeholder ${number} ${error.message}`);
  }
}

function placeholder(source: string): string | Placeholder {
  const tokens = tokensOf(source);
  const [first, ...rest] = tokens;
  if (first?.kind === 'text' && rest.length === 0) return first.text;
  if (first?.kind !== 'name' || !NAME.test(first.text)) {
    throw new TemplateProblem('must begin with the name of a value');
  }
  const calls: FunctionCall[] = [];
  let position = 0;
  while (position < rest.length) {
    if (!isSign(rest[position], '|')) throw new TemplateProblem('needs | before a function');
    const { call, end } = callAt(rest, position + 1);
    calls.push(call);
    position = end;
  }
  if (calls.length > environmentLimits.functionsMax) {
    throw new TemplateProblem(`has more than ${environmentLimits.functionsMax} functions`);
  }
  return { name: first.text, calls };
}

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const [match, name, quoted, digits, sign] = token.exec(text) ?? [];
    if (match === undefined) throw unreadable(text, at);
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (quoted !== undefined) {
      tokens.push({ kind: 'text', text: quoted.replaceAll(/\\(["\\])/g, '$1') });
    } else if (digits !== undefined) tokens.push({ kind: 'number', number: Number(digits) });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
}

/** Returns the problem of a text that is no token. It quotes nothing of the template. */
function unreadable(text: string, at: number): TemplateProblem {
  const character = at + (/\S/.exec(text.slice(at))?.index ?? 0) + 1;
  const rule = 'a name begins with a letter or _, and a text is in double quotes';
  return new TemplateProblem(`cannot be read from its character ${character} on: ${rule}`);
}

function callAt(
  tokens: readonly Token[],
  start: number,
): { readonly call: FunctionCall; readonly end: number } {
  const named = tokens[start];
  if (named?.kind !== 'name') throw new TemplateProblem('needs the name of a function after |');
  const name = named.text;
  const found = templateFunctions.get(name);
  if (found === undefined) {
    const known = [...templateFunctions.keys()].join(', ');
    throw new TemplateProblem(`has the unknown function ${name}; there are ${known}`);
  }
  const given: Argument[] = [];
  let position = start + 1;
  if (isSign(tokens[position], '(')) {
    for (;;) {
      const one = tokens[position + 1];
      if (one === undefined || one.kind === 'sign') throw wrongArguments(found);
      given.push(argumentOf(one));
      position += 2;
      if (isSign(tokens[position], ')')) break;
      if (!isSign(tokens[position], ',')) {
        throw new TemplateProblem(`has a parenthesis of ${name} that is not closed`);
      }
      if (given.length > environmentLimits.argumentsMax) {
        throw new TemplateProblem(`has too many arguments of ${name}`);
      }
    }
    position += 1;
  }
  if (given.length !== found.argumentCount) throw wrongArguments(found);
  found.check?.(given.map((one) => ('literal' in one ? one.literal : undefined)));
  return { call: { function: found, arguments: given }, end: position };
}

function wrongArguments({ name, argumentCount, example }: TemplateFunction): TemplateProblem {
  if (argumentCount === 0) {
    return new TemplateProblem(`gives arguments to ${name}, which takes none, and no parentheses`);
  }
  return new TemplateProblem(`needs ${name} as in ${example}`);
}

function argumentOf(one: Exclude<Token, { kind: 'sign' }>): Argument {
  if (one.kind === 'number') return { literal: one.number };
  return one.kind === 'name' ? { name: one.text } : { literal: one.text };
}

function isSign(one: Token | undefined, text: string): boolean {
  return one?.kind === 'sign' && one.text === text;
}
