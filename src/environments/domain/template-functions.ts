import { environmentLimits } from '../../core/environment-limits.js';
import { TemplateProblem } from './template-problem.js';

/** Value in a template: its bytes, and its text if they are UTF-8. */
export interface TemplateValue {
  readonly bytes: Buffer;
  readonly text: string | undefined;
}

export interface TemplateFunction {
  readonly name: string;
  readonly argumentCount: number;
  /** Call with arguments, as the documentation shows it. */
  readonly example: string;
  /** Whether it also takes an absent value. */
  readonly takesAbsent?: true;
  /**
   * Checks arguments before the values are known; undefined: an argument is the name of a value.
   * Throws TemplateProblem.
   */
  readonly check?: (literals: readonly (string | number | undefined)[]) => void;
  /** Returns the text that replaces the value. Throws TemplateProblem. */
  readonly apply: (value: TemplateValue, args: readonly (string | number)[]) => string;
}

const functions: readonly TemplateFunction[] = [
  {
    name: 'urlencode',
    argumentCount: 0,
    example: 'urlencode',
    apply: (value) => urlEncoded(textOf(value)),
  },
  {
    name: 'base64',
    argumentCount: 0,
    example: 'base64',
    apply: ({ bytes }) => bytes.toString('base64'),
  },
  {
    name: 'json',
    argumentCount: 0,
    example: 'json',
    apply: (value) => JSON.stringify(textOf(value)),
  },
  {
    name: 'default',
    argumentCount: 1,
    example: 'default("text")',
    takesAbsent: true,
    apply: (value, [other]) => (value.bytes.length === 0 ? String(other) : textOf(value)),
  },
  {
    name: 'indent',
    argumentCount: 1,
    example: 'indent(4)',
    check: ([count]) => void spacesOf(count),
    apply: (value, [count]) => indented(textOf(value), count),
  },
  {
    name: 'dsn',
    argumentCount: 4,
    example: 'dsn("postgresql", USER, PASSWORD, "database")',
    check: ([scheme]) => void (scheme !== undefined && schemeOf(scheme)),
    apply: (value, [scheme, user, password, database]) => {
      const host = textOf(value);
      if (host === '' || user === '') throw new TemplateProblem('has an empty host or user in dsn');
      const login = `${urlEncoded(String(user))}:${urlEncoded(String(password))}`;
      return `${schemeOf(scheme)}://${login}@${host}/${urlEncoded(String(database))}`;
    },
  },
];

/** Functions of templates by name. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map(
  functions.map((one) => [one.name, one]),
);

/** Returns the text of a value. Throws TemplateProblem for bytes that are not UTF-8. */
export function textOf({ text }: TemplateValue): string {
  if (text === undefined)
    throw new TemplateProblem('uses bytes that are not text; base64 takes them');
  return text;
}

/** Encodes all but the unreserved characters of RFC 3986, section 2.3. */
function urlEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

/** Returns the scheme of a connection string, by RFC 3986, section 3.1, in lower case. */
function schemeOf(scheme: string | number | undefined): string {
  const name = String(scheme);
  if (/^[a-z][a-z0-9+.-]*$/.test(name)) return name;
  throw new TemplateProblem('needs a scheme in dsn, such as "postgresql"');
}

function spacesOf(count: string | number | undefined): number {
  if (typeof count === 'number' && count <= environmentLimits.indentMax) return count;
  throw new TemplateProblem(`needs a number up to ${environmentLimits.indentMax} in indent`);
}

/** Puts spaces before each line after the first, as a block of YAML needs them. */
function indented(text: string, given: string | number | undefined): string {
  const count = spacesOf(given);
  const lines = text.split('\n');
  if (text.length + lines.length * count > environmentLimits.renderedCharactersMax) {
    throw new TemplateProblem('makes too much text by indent');
  }
  const last = lines.length > 1 && lines.at(-1) === '' ? lines.pop() : undefined;
  const block = lines.join(`\n${' '.repeat(count)}`);
  // No spaces after a final line end.
  return last === undefined ? block : `${block}\n`;
}
