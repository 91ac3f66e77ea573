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
  /** Whether it also takes an absent value. */
  readonly takesAbsent?: true;
  /** Returns the text that replaces the value. Throws TemplateProblem. */
  readonly apply: (value: TemplateValue, args: readonly (string | number)[]) => string;
}

const functions: readonly TemplateFunction[] = [
  {
    name: 'urlencode',
    argumentCount: 0,
    apply: (value) => urlEncoded(textOf(value)),
  },
  { name: 'base64', argumentCount: 0, apply: ({ bytes }) => bytes.toString('base64') },
  { name: 'json', argumentCount: 0, apply: (value) => JSON.stringify(textOf(value)) },
  {
    name: 'default',
    argumentCount: 1,
    takesAbsent: true,
    apply: (value, [other]) => (value.bytes.length === 0 ? String(other) : textOf(value)),
  },
  {
    name: 'indent',
    argumentCount: 1,
    apply: (value, [count]) => indented(textOf(value), count),
  },
  {
    name: 'dsn',
    argumentCount: 4,
    apply: (value, [scheme, user, password, database]) => {
      const name = String(scheme);
      if (!/^[a-z][a-z0-9+.-]*$/.test(name)) throw new TemplateProblem('needs a scheme in dsn');
      const login = `${urlEncoded(String(user))}:${urlEncoded(String(password))}`;
      return `${name}://${login}@${textOf(value)}/${urlEncoded(String(database))}`;
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

/** Puts spaces before each line after the first, as a block of YAML needs them. */
function indented(text: string, count: string | number | undefined): string {
  if (typeof count !== 'number' || count > environmentLimits.indentMax) {
    throw new TemplateProblem(`needs a number up to ${environmentLimits.indentMax} in indent`);
  }
  const lines = text.split('\n');
  if (text.length + lines.length * count > environmentLimits.renderedCharactersMax) {
    throw new TemplateProblem('makes too much text by indent');
  }
  return lines.join(`\n${' '.repeat(count)}`);
}
