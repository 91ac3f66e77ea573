import { environmentLimits } from '../../core/environment-limits.js';
import { invalidAt, SallyportError } from '../../core/errors/sallyport-error.js';
import { type DefinedValues, pointerToValue } from './merge-environments.js';
import { type NeededKey, memberRequestsOf } from './needed-keys.js';
import { hasDefault, namesIn, parseTemplate, type Template } from './template.js';
import { TemplateProblem } from './template-problem.js';

/** Keys that a read of an environment needs, and how its values are made. */
export interface EnvironmentPlan {
  /** Names of the values that the read returns, sorted. */
  readonly shown: readonly string[];
  readonly literals: ReadonlyMap<string, string>;
  /** Keys of Secrets by the name of their value. */
  readonly secrets: ReadonlyMap<string, NeededKey>;
  readonly imports: ReadonlyMap<string, NeededKey>;
  /** Templates in an order in which each uses only earlier values. */
  readonly templates: ReadonlyMap<string, Template>;
}

/**
 * Plans a read of all values, or of one. Throws NotFound for an unknown name, and Invalid for a
 * template that cannot be used: with a circle, its path; with an unknown name, that name.
 */
export function planEnvironment(values: DefinedValues, only?: string): EnvironmentPlan {
  if (only !== undefined && !values.has(only)) {
    throw new SallyportError('NotFound', `the environment has no value "${only}"`);
  }
  const shown = only === undefined ? [...values.keys()].toSorted() : [only];
  const plan = new Planning(values);
  for (const name of shown) plan.add(name, []);
  const { literals, secrets, imports, templates } = plan;
  if (secrets.size + imports.size > environmentLimits.keysMax) {
    throw invalidAt('/values', `uses more than ${environmentLimits.keysMax} keys`);
  }
  if (memberRequestsOf([secrets, imports]) > environmentLimits.memberRequestsMax) {
    throw invalidAt('/values', 'uses more members of documents than one read may parse');
  }
  return { shown, literals, secrets, imports, templates };
}

class Planning {
  readonly literals = new Map<string, string>();
  readonly secrets = new Map<string, NeededKey>();
  readonly imports = new Map<string, NeededKey>();
  readonly templates = new Map<string, Template>();
  readonly #values: DefinedValues;

  constructor(values: DefinedValues) {
    this.#values = values;
  }

  add(name: string, path: readonly string[]): void {
    const source = this.#values.get(name);
    if (source === undefined) return;
    if (source.value !== undefined) this.literals.set(name, source.value);
    else if (source.secret) this.secrets.set(name, source.secret);
    else if (source.import) this.imports.set(name, source.import);
    else if (source.template !== undefined) this.#addTemplate(name, source.template, path);
  }

  #addTemplate(name: string, text: string, path: readonly string[]): void {
    if (this.templates.has(name)) return;
    const within = [...path, name];
    const pointer = pointerToValue(name, 'template');
    if (path.includes(name)) throw invalidAt(pointer, `uses itself: ${within.join(' → ')}`);
    if (within.length > environmentLimits.templateDepthMax) {
      const reason = `is deeper than ${environmentLimits.templateDepthMax} templates`;
      throw invalidAt(pointer, `${reason}: ${within.join(' → ')}`);
    }
    const template = parsedAt(pointer, text);
    for (const used of namesIn(template)) {
      if (!this.#values.has(used) && !hasDefault(template, used)) {
        throw invalidAt(pointer, `uses "${used}", which is not defined: ${within.join(' → ')}`);
      }
      this.add(used, within);
    }
    this.templates.set(name, template);
  }
}

/** Parses a template. Throws Invalid with the pointer. */
export function parsedAt(pointer: string, text: string): Template {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof TemplateProblem) throw invalidAt(pointer, error.message);
    throw error;
  }
}
