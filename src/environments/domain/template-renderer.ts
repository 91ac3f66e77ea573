import { environmentLimits } from '../../core/environment-limits.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { Argument, FunctionCall, Placeholder, Template } from './template.js';
import { textOf, type TemplateValue } from './template-functions.js';
import { TemplateProblem } from './template-problem.js';

const absent: TemplateValue = { bytes: Buffer.alloc(0), text: '' };

/**
 * Renders templates over the same values. Throws TemplateProblem for a template that cannot be
 * rendered, and TooLarge beyond the bound of all templates.
 */
export class TemplateRenderer {
  readonly #values: ReadonlyMap<string, SecretValue>;
  /** Values that a template has used: each is decoded once. */
  readonly #decoded = new Map<string, TemplateValue>();
  #charactersLeft: number = environmentLimits.renderedCharactersMax;

  constructor(values: ReadonlyMap<string, SecretValue>) {
    this.#values = values;
  }

  rendered(template: Template): string {
    return template
      .map((part) => this.#spent(typeof part === 'string' ? part : this.#text(part)))
      .join('');
  }

  #text({ name, calls }: Placeholder): string {
    const known = this.#valueOf(name);
    const [first] = calls;
    if (known === undefined && first?.function.takesAbsent !== true) {
      throw new TemplateProblem('uses a value that is not there');
    }
    const result = calls.reduce((value, call) => this.#applied(value, call), known ?? absent);
    return textOf(result);
  }

  #applied(value: TemplateValue, { function: one, arguments: given }: FunctionCall): TemplateValue {
    const args = given.map((argument) => this.#argument(argument));
    const text = this.#spent(one.apply(value, args));
    return { bytes: Buffer.from(text), text };
  }

  #argument(argument: Argument): string | number {
    if ('literal' in argument) return argument.literal;
    const value = this.#valueOf(argument.name);
    if (value === undefined) throw new TemplateProblem('uses a value that is not there');
    return this.#spent(textOf(value));
  }

  #valueOf(name: string): TemplateValue | undefined {
    const known = this.#decoded.get(name);
    const value = this.#values.get(name);
    if (known !== undefined || value === undefined) return known;
    const decoded = { bytes: value.reveal(), text: value.revealText() };
    this.#decoded.set(name, decoded);
    return decoded;
  }

  /** Counts what is made, also between functions, before more of it is made. */
  #spent(text: string): string {
    this.#charactersLeft -= text.length;
    if (this.#charactersLeft >= 0) return text;
    throw new SallyportError('TooLarge', 'the templates make too much text');
  }
}
