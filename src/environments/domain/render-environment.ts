import { environmentLimits } from '../../core/environment-limits.js';
import { invalidAt, SallyportError } from '../../core/errors/sallyport-error.js';
import { SecretValue } from '../../core/secret-value.js';
import type { SecretData } from '../../secrets/domain/secret.js';
import type { EnvironmentPlan } from './environment-plan.js';
import { pointerToValue } from './merge-environments.js';
import type { Argument, FunctionCall, Placeholder, Template } from './template.js';
import { textOf, type TemplateValue } from './template-functions.js';
import { TemplateProblem } from './template-problem.js';

const absent: TemplateValue = { bytes: Buffer.alloc(0), text: '' };

/**
 * Returns the values of a read. `keys` has each key of the plan by the name of its value. Throws
 * Invalid for a template that cannot be rendered, and TooLarge beyond the bound of all templates.
 */
export function renderEnvironment(plan: EnvironmentPlan, keys: SecretData): SecretData {
  const values = new Map<string, SecretValue>(keys);
  for (const [name, text] of plan.literals) values.set(name, valueOf(text));
  const renderer = new Renderer(values);
  for (const [name, template] of plan.templates) {
    values.set(name, valueOf(renderer.rendered(name, template)));
  }
  return new Map(
    plan.shown.flatMap((name) => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

class Renderer {
  readonly #values: ReadonlyMap<string, SecretValue>;
  /** Values that a template has used: each is decoded once. */
  readonly #decoded = new Map<string, TemplateValue>();
  #charactersLeft: number = environmentLimits.renderedCharactersMax;

  constructor(values: ReadonlyMap<string, SecretValue>) {
    this.#values = values;
  }

  rendered(name: string, template: Template): string {
    try {
      return template
        .map((part) => this.#spent(typeof part === 'string' ? part : this.#text(part)))
        .join('');
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      throw invalidAt(pointerToValue(name, 'template'), error.message);
    }
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
    throw new SallyportError('TooLarge', 'the templates of the environment make too much text');
  }
}

function valueOf(text: string): SecretValue {
  return SecretValue.fromText(text) ?? SecretValue.ofKeptText(text.toWellFormed());
}
